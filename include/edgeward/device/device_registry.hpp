#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/model/report.hpp>

// Which devices may speak, and as what.
namespace edgeward::device {

// One entry of [[device]].
struct Device {
    std::string id;       // the certificate's common name and the topic's device part; [A-Za-z0-9_.-]{1,64}
    std::string mapping;  // name of the mapping that reads its messages
    std::string manufacturer;
    std::string model;
    std::string serial;
    std::string eui64;  // 16 hexadecimal digits, ISO/IEEE 11073; empty when it has none
    model::Location location;
    // It stands at the bed of its location, and measures who lies there by what patient administration says;
    // an association or a placement comes before that.
    bool at_bed = false;
    bool associated = true;  // false: it never measures a person; all its values are technical
};

// All devices by id. A value; never changed while in use.
class DeviceRegistry {
public:
    explicit DeviceRegistry(std::vector<Device> devices = {});
    // Nothing for a device that is not enrolled.
    [[nodiscard]] const Device* find(std::string_view id) const;
    [[nodiscard]] const std::map<std::string, Device, std::less<>>& all() const noexcept { return devices_; }

private:
    std::map<std::string, Device, std::less<>> devices_;
};

// The device a topic speaks for: "monitor-7" of "devices/monitor-7/vitals". Nothing when it is no such topic
// or what stands there is no device id. The broker's access list makes it the common name of the certificate.
std::optional<std::string_view> device_of_topic(std::string_view topic);

// Reads every [[device]] of the root section; duplicates and malformed ids become problems.
DeviceRegistry read_devices(config::Section root);

}  // namespace edgeward::device
