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
    std::string kind{};      // name of its class; empty when it has none
    std::string risk{};      // class of Regulation (EU) 2017/745: I, IIa, IIb or III; empty when not stated
    std::string software{};  // version, as somebody stated it
    // Its name in Sparkplug topics, "group/node" or "group/node/device"; empty: it speaks on devices/<id>/….
    // A node's own id is that of the node, and a node stands in one group.
    std::string sparkplug = {};
};

// What devices of one kind have in common: one entry of [[device_class]]. A device that enrols becomes one of
// a class, and nothing it sends is read by anything but the mapping of its class.
struct DeviceClass {
    std::string name;  // like a device id
    std::string mapping;
    std::string manufacturer{};
    std::string model{};
    std::string risk{};
    bool associated = true;
};

// All devices by id. A value; never changed while in use.
class DeviceRegistry {
public:
    explicit DeviceRegistry(std::vector<Device> devices = {});
    // Nothing for a device that is not enrolled.
    [[nodiscard]] const Device* find(std::string_view id) const;
    // The device a topic speaks for. Nothing when there is none, or it is not enrolled.
    [[nodiscard]] const Device* speaker(std::string_view topic) const;
    [[nodiscard]] const std::map<std::string, Device, std::less<>>& all() const noexcept { return devices_; }

private:
    std::map<std::string, Device, std::less<>> devices_;
    std::map<std::string, std::string, std::less<>> sparkplug_;  // name in topics to id
};

// The device a topic speaks for: "monitor-7" of "devices/monitor-7/vitals". Nothing when it is no such topic
// or what stands there is no device id. The broker's access list makes it the common name of the certificate.
std::optional<std::string_view> device_of_topic(std::string_view topic);

// The common name of the certificate that may publish there: the device, or the node of a Sparkplug topic.
std::optional<std::string_view> publisher_of_topic(std::string_view topic);

// [A-Za-z0-9_.-]{1,64}: what a device, a class of devices and their topics may be called.
[[nodiscard]] bool is_device_id(std::string_view text);

using DeviceClasses = std::map<std::string, DeviceClass, std::less<>>;

// Reads every [[device_class]] of the root section.
DeviceClasses read_device_classes(config::Section root);
// Reads every [[device]] of the root section; duplicates and malformed ids become problems. What a device
// does not say itself is that of its class.
DeviceRegistry read_devices(config::Section root, const DeviceClasses& classes = {});

}  // namespace edgeward::device
