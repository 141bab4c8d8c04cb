#include <edgeward/device/device_registry.hpp>

#include <algorithm>
#include <utility>

namespace edgeward::device {
namespace {

constexpr std::size_t max_id = 64;
constexpr std::size_t max_description = 128;

bool is_letter_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= max_id && std::all_of(text.begin(), text.end(), [](char c) {
        return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-';
    });
}

bool is_hexadecimal(std::string_view text) {
    return text.find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos;
}

// A name or place that goes into messages: printable, short.
std::string description(config::Section& section, std::string_view key) {
    std::string text = section.text(key, "");
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

Device read_device(config::Section& section) {
    Device device;
    device.id = section.required_text("id", "a device id");
    if (!device.id.empty() && !is_name(device.id)) {
        section.problem("id", "expected 1 to 64 letters, digits and the signs _ . -");
        device.id.clear();
    }
    device.mapping = section.required_text("mapping", "the name of a mapping");
    device.manufacturer = description(section, "manufacturer");
    device.model = description(section, "model");
    device.serial = description(section, "serial");
    device.eui64 = read_eui64(section);
    device.location.ward = description(section, "ward");
    device.location.room = description(section, "room");
    device.location.bed = description(section, "bed");
    device.at_bed = section.flag("at_bed", device.at_bed);
    if (device.at_bed && device.location.bed.empty() && device.location.room.empty())
        section.problem("at_bed", "expected a bed or a room beside it");
    device.associated = section.flag("associated", device.associated);
    return device;
}

bool has_eui64(const std::vector<Device>& devices, const std::string& eui64) {
    return !eui64.empty() && std::any_of(devices.begin(), devices.end(),
                                         [&](const Device& device) { return device.eui64 == eui64; });
}

bool has_id(const std::vector<Device>& devices, const std::string& id) {
    return std::any_of(devices.begin(), devices.end(), [&](const Device& device) { return device.id == id; });
}

}  // namespace

DeviceRegistry::DeviceRegistry(std::vector<Device> devices) {
    for (Device& device : devices) {
        std::string id = device.id;
        devices_.emplace(std::move(id), std::move(device));
    }
}

const Device* DeviceRegistry::find(std::string_view id) const {
    const auto found = devices_.find(id);
    return found == devices_.end() ? nullptr : &found->second;
}

std::optional<std::string_view> device_of_topic(std::string_view topic) {
    constexpr std::string_view root = "devices/";
    if (!topic.starts_with(root)) return std::nullopt;
    topic.remove_prefix(root.size());
    const std::size_t end = topic.find('/');
    if (end == std::string_view::npos || end + 1 == topic.size()) return std::nullopt;
    const std::string_view device = topic.substr(0, end);
    return is_name(device) ? std::optional(device) : std::nullopt;
}

DeviceRegistry read_devices(config::Section root) {
    std::vector<Device> devices;
    auto sections = root.tables("device");
    for (config::Section& section : sections) {
        Device device = read_device(section);
        if (device.id.empty()) continue;
        if (has_id(devices, device.id)) {
            section.problem("id", "expected an id that no other device has");
            continue;
        }
        if (has_eui64(devices, device.eui64)) {
            section.problem("eui64", "expected an EUI-64 that no other device has");
            continue;
        }
        devices.push_back(std::move(device));
    }
    return DeviceRegistry(std::move(devices));
}

}  // namespace edgeward::device
