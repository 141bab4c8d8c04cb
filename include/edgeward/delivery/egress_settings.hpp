#pragma once

#include <cstdint>

#include <edgeward/config/document.hpp>
#include <edgeward/dlp/finding.hpp>

namespace edgeward::delivery {

// What is inspected before it leaves for a destination below level identified: [dlp], [destination.dlp].
struct InspectionSettings {
    bool enabled = true;
    dlp::Detectors detectors;
};

enum class Learned : std::uint8_t { off, alarm, pause };

// How much may leave for one destination: [destination.volume]. 0: no limit.
struct VolumeSettings {
    std::uint64_t messages_per_hour = 0;
    std::uint64_t messages_per_day = 0;
    std::uint64_t octets_per_hour = 0;
    std::uint64_t octets_per_day = 0;
    Learned learned = Learned::alarm;  // what more than usual does (src/delivery/volume_budget.hpp)
};

// Reads enabled and a switch for each detector but opaque; what is not said is as in `otherwise`.
InspectionSettings read_inspection_settings(config::Section section,
                                            const InspectionSettings& otherwise = {});
VolumeSettings read_volume_settings(config::Section section);

}  // namespace edgeward::delivery
