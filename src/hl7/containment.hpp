#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <edgeward/model/observation.hpp>

namespace edgeward::hl7 {

// A virtual medical device of a monitor and its channel, as MDC names them: a device's base term + 2 is the
// VMD, + 3 the channel (IHE PCD TF-2 B.8.4). The number is ours, part of OBX-4, and never changes.
struct DeviceGroup {
    std::uint16_t number = 0;  // 0: the MDS itself, which has neither VMD nor channel
    std::uint32_t vmd = 0;
    std::string_view vmd_refid;
    std::uint32_t channel = 0;
    std::string_view channel_refid;
};

// The group a parameter belongs to by its context-free MDC code, settings (code + 0x1000000) included; the
// general group when it is 0 or in no family.
const DeviceGroup& group_of(std::uint32_t mdc) noexcept;

// Measured at one moment and valid until the next time, not continuously: NIBP, thermodilution cardiac
// output.
bool is_episodic(std::uint32_t mdc) noexcept;

// One observation with its place below the MDS.
struct PlacedObservation {
    const model::Observation* observation = nullptr;
    const DeviceGroup* group = nullptr;
    model::Part part;          // middle numbers of OBX-4; none: the MDS itself
    std::uint32_t metric = 0;  // last number of OBX-4; unique in its part
};

// Gives every observation its place, in the order of OBX-4: the part of the device that measured it, where
// the device says so, else channel 1 of its group. When some are placed by the device, the numbers of the
// groups of the others follow 1000, which no device uses. The metric number is the mapping's; when it has
// none or it is taken, one after the highest of its part.
std::vector<PlacedObservation> place(const std::vector<const model::Observation*>& observations);

}  // namespace edgeward::hl7
