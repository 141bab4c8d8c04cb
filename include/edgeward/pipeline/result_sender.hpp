#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/device/device_registry.hpp>
#include <edgeward/hl7/result_message.hpp>

// Who sends results by HL7, and whose device they are from.
namespace edgeward::pipeline {

// How one [[hl7_in.sender]] is read.
struct ResultSender {
    std::string name;
    std::string device;     // registry id: all its messages are of this device; empty: each names its own
    std::string authority;  // of identifiers without one; empty: those are not used
    std::string zone;       // of times that state none; empty: gateway.zone
};
// Reads name, device, authority and zone of each [[hl7_in.sender]] of the table [hl7_in].
std::vector<ResultSender> read_result_senders(config::Section section);

// The device a message is from, or the reason for quarantine: unknown_device, several_devices.
//
// What the sender says comes first. Else it is the registered device whose EUI-64, id or serial number the
// message has in OBX-18 or PRT-10: of the device itself (OBX-4 n.0.0.0) before those of its parts; last, the
// EUI-64 of MSH-3. Two registered devices in one message are nobody's.
tl::expected<const device::Device*, std::string> device_of_results(const hl7::ResultMessage& message,
                                                                   const ResultSender& sender,
                                                                   const device::DeviceRegistry& devices);

}  // namespace edgeward::pipeline
