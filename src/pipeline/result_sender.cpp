#include <edgeward/pipeline/result_sender.hpp>

#include <algorithm>
#include <cctype>

namespace edgeward::pipeline {
namespace {

constexpr std::string_view unknown_device = "unknown_device";
constexpr std::string_view several_devices = "several_devices";

std::string upper(std::string_view text) {
    std::string made(text);
    std::ranges::transform(made, made.begin(),
                           [](unsigned char each) { return static_cast<char>(std::toupper(each)); });
    return made;
}

bool names(const device::Device& device, const std::string& text) {
    if (text.empty()) return false;
    return text == device.id || text == device.serial ||
           (!device.eui64.empty() && upper(text) == device.eui64);
}

const device::Device* find(const device::DeviceRegistry& devices, const hl7::EquipmentName& name) {
    for (const auto& [id, device] : devices.all()) {
        if (names(device, name.entity) || names(device, name.universal)) return &device;
    }
    return nullptr;
}

}  // namespace

std::vector<ResultSender> read_result_senders(config::Section section) {
    std::vector<ResultSender> senders;
    for (auto one : section.tables("sender")) {
        ResultSender sender;
        sender.name = one.text("name", "");
        sender.device = one.text("device", "");
        sender.authority = one.text("authority", "");
        sender.zone = one.time_zone("zone");
        senders.push_back(std::move(sender));
    }
    return senders;
}

tl::expected<const device::Device*, std::string> device_of_results(const hl7::ResultMessage& message,
                                                                   const ResultSender& sender,
                                                                   const device::DeviceRegistry& devices) {
    if (!sender.device.empty()) {
        const auto* device = devices.find(sender.device);
        if (device == nullptr) return tl::unexpected(std::string(unknown_device));
        return device;
    }
    const device::Device* found = nullptr;
    for (const bool of_device : {true, false}) {
        for (const auto& name : message.equipment) {
            if (name.of_device != of_device) continue;
            const auto* device = find(devices, name);
            if (device == nullptr) continue;
            if (found != nullptr && found != device) return tl::unexpected(std::string(several_devices));
            found = device;
        }
    }
    if (found == nullptr) found = find(devices, {{}, message.sending_universal});
    if (found == nullptr) return tl::unexpected(std::string(unknown_device));
    return found;
}

}  // namespace edgeward::pipeline
