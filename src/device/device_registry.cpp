#include <edgeward/device/device_registry.hpp>

#include <algorithm>
#include <utility>

#include <edgeward/device/sparkplug_topic.hpp>

namespace edgeward::device {
namespace {

constexpr std::size_t max_id = 64;
constexpr std::size_t max_description = 128;

bool is_letter_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hexadecimal(std::string_view text) {
    return text.find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos;
}

// A name or place that goes into messages: printable, short.
std::string description(config::Section& section, std::string_view key, const std::string& fallback) {
    std::string text = section.text(key, fallback);
    const bool printable = std::none_of(text.begin(), text.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet < 0x20 || octet == 0x7F;
    });
    if (printable && text.size() <= max_description) return text;
    section.problem(key, "expected at most 128 printable characters");
    return {};
}

std::string read_eui64(config::Section& section) {
    std::string eui64 = section.text("eui64", "");
    if (!eui64.empty() && (eui64.size() != 16 || !is_hexadecimal(eui64))) {
        section.problem("eui64", "expected 16 hexadecimal digits");
        return {};
    }
    std::transform(eui64.begin(), eui64.end(), eui64.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    return eui64;
}

// One level of a topic: what the Sparkplug specification 3.0 allows in ids, and no control characters.
bool is_level(std::string_view text) {
    return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet < 0x20 || octet == 0x7F || c == '/' || c == '+' || c == '#';
    });
}

std::string read_sparkplug_name(config::Section& section, std::string_view id) {
    std::string name = section.text("sparkplug", "");
    if (name.empty()) return name;
    const std::size_t first = name.find('/');
    const std::size_t second = first == std::string::npos ? first : name.find('/', first + 1);
    const bool behind = second != std::string::npos;  // a device behind the node
    const std::string_view whole = name;
    const std::string_view node =
        first == std::string::npos ? std::string_view() : whole.substr(first + 1, second - first - 1);
    if (name.size() > max_description || !is_level(whole.substr(0, first)) || !is_device_id(node) ||
        (behind && !is_level(whole.substr(second + 1)))) {
        section.problem("sparkplug", R"(expected "<group>/<node>" or "<group>/<node>/<device>")");
        return {};
    }
    if (!behind && node != id) {
        section.problem("sparkplug", "expected the device's id as node: both are its certificate's name");
        return {};
    }
    return name;
}

// The words of Regulation (EU) 2017/745, Article 51.
std::string read_risk(config::Section& section, const std::string& fallback) {
    std::string risk =
        section.choice("risk", fallback.empty() ? "none" : fallback, {"none", "I", "IIa", "IIb", "III"});
    return risk == "none" ? std::string() : risk;
}

DeviceClass read_class(config::Section& section) {
    DeviceClass made;
    made.name = section.required_text("name", "the name of a class of devices");
    if (!made.name.empty() && !is_device_id(made.name)) {
        section.problem("name", "expected 1 to 64 letters, digits and the signs _ . -");
        made.name.clear();
    }
    made.mapping = section.required_text("mapping", "the name of a mapping");
    made.manufacturer = description(section, "manufacturer", {});
    made.model = description(section, "model", {});
    made.risk = read_risk(section, {});
    made.associated = section.flag("associated", made.associated);
    return made;
}

// The class a device names; one that says nothing when it names none.
DeviceClass class_of(config::Section& section, const DeviceClasses& classes) {
    const std::string name = section.text("class", "");
    if (name.empty()) return {};
    const auto known = classes.find(name);
    if (known != classes.end()) return known->second;
    section.problem("class", "expected the name of a [[device_class]]");
    return {};
}

Device read_device(config::Section& section, const DeviceClasses& classes) {
    const DeviceClass kind = class_of(section, classes);
    Device device;
    device.id = section.required_text("id", "a device id");
    if (!device.id.empty() && !is_device_id(device.id)) {
        section.problem("id", "expected 1 to 64 letters, digits and the signs _ . -");
        device.id.clear();
    }
    device.kind = kind.name;
    device.mapping = kind.mapping.empty() ? section.required_text("mapping", "the name of a mapping")
                                          : section.text("mapping", kind.mapping);
    device.manufacturer = description(section, "manufacturer", kind.manufacturer);
    device.model = description(section, "model", kind.model);
    device.risk = read_risk(section, kind.risk);
    device.software = description(section, "software", {});
    device.serial = description(section, "serial", {});
    device.eui64 = read_eui64(section);
    device.location.ward = description(section, "ward", {});
    device.location.room = description(section, "room", {});
    device.location.bed = description(section, "bed", {});
    device.at_bed = section.flag("at_bed", device.at_bed);
    if (device.at_bed && device.location.bed.empty() && device.location.room.empty())
        section.problem("at_bed", "expected a bed or a room beside it");
    device.associated = section.flag("associated", kind.name.empty() || kind.associated);
    device.sparkplug = read_sparkplug_name(section, device.id);
    return device;
}

bool has_eui64(const std::vector<Device>& devices, const std::string& eui64) {
    return !eui64.empty() && std::any_of(devices.begin(), devices.end(),
                                         [&](const Device& device) { return device.eui64 == eui64; });
}

bool has_sparkplug(const std::vector<Device>& devices, std::string_view name) {
    return std::any_of(devices.begin(), devices.end(),
                       [&](const Device& device) { return device.sparkplug == name; });
}

// The node a device stands behind, "group/node"; empty for a node and for who is no part of Sparkplug.
std::string_view node_of(const Device& device) {
    const std::string_view name = device.sparkplug;
    const std::size_t second = name.find('/', name.find('/') + 1);
    return second == std::string_view::npos ? std::string_view() : name.substr(0, second);
}

bool has_id(const std::vector<Device>& devices, const std::string& id) {
    return std::any_of(devices.begin(), devices.end(), [&](const Device& device) { return device.id == id; });
}

}  // namespace

DeviceRegistry::DeviceRegistry(std::vector<Device> devices) {
    for (Device& device : devices) {
        std::string id = device.id;
        if (!device.sparkplug.empty()) sparkplug_.emplace(device.sparkplug, id);
        devices_.emplace(std::move(id), std::move(device));
    }
}

const Device* DeviceRegistry::find(std::string_view id) const {
    const auto found = devices_.find(id);
    return found == devices_.end() ? nullptr : &found->second;
}

const Device* DeviceRegistry::speaker(std::string_view topic) const {
    if (const auto sparkplug = read_sparkplug_topic(topic)) {
        const auto found = sparkplug_.find(sparkplug->name());
        return found == sparkplug_.end() ? nullptr : find(found->second);
    }
    const auto id = device_of_topic(topic);
    const Device* const device = id ? find(*id) : nullptr;
    return device != nullptr && device->sparkplug.empty() ? device : nullptr;
}

std::optional<std::string_view> device_of_topic(std::string_view topic) {
    constexpr std::string_view root = "devices/";
    if (!topic.starts_with(root)) return std::nullopt;
    topic.remove_prefix(root.size());
    const std::size_t end = topic.find('/');
    if (end == std::string_view::npos || end + 1 == topic.size()) return std::nullopt;
    const std::string_view device = topic.substr(0, end);
    return is_device_id(device) ? std::optional(device) : std::nullopt;
}

bool is_device_id(std::string_view text) {
    return !text.empty() && text.size() <= max_id && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-';
    });
}

DeviceClasses read_device_classes(config::Section root) {
    DeviceClasses classes;
    auto sections = root.tables("device_class");
    for (config::Section& section : sections) {
        DeviceClass made = read_class(section);
        if (made.name.empty()) continue;
        std::string name = made.name;
        if (!classes.emplace(std::move(name), std::move(made)).second)
            section.problem("name", "expected a name that no other class has");
    }
    return classes;
}

std::optional<std::string_view> publisher_of_topic(std::string_view topic) {
    if (const auto sparkplug = read_sparkplug_topic(topic)) return sparkplug->node;
    return device_of_topic(topic);
}

DeviceRegistry read_devices(config::Section root, const DeviceClasses& classes) {
    std::vector<Device> devices;
    std::vector<std::pair<config::Section*, std::string>> behind;  // which nodes have to be enrolled
    auto sections = root.tables("device");
    for (config::Section& section : sections) {
        Device device = read_device(section, classes);
        if (device.id.empty()) continue;
        if (has_id(devices, device.id)) {
            section.problem("id", "expected an id that no other device has");
            continue;
        }
        if (has_eui64(devices, device.eui64)) {
            section.problem("eui64", "expected an EUI-64 that no other device has");
            continue;
        }
        if (!device.sparkplug.empty() && has_sparkplug(devices, device.sparkplug)) {
            section.problem("sparkplug", "expected a name that no other device has");
            continue;
        }
        if (const auto node = node_of(device); !node.empty()) behind.emplace_back(&section, node);
        devices.push_back(std::move(device));
    }
    for (const auto& [section, node] : behind) {
        if (!has_sparkplug(devices, node))
            section->problem("sparkplug", "expected a [[device]] for the node \"<group>/<node>\" too");
    }
    return DeviceRegistry(std::move(devices));
}

}  // namespace edgeward::device
