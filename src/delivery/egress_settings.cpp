#include <edgeward/delivery/egress_settings.hpp>

#include <string>

namespace edgeward::delivery {
namespace {

constexpr std::uint64_t most_octets = std::uint64_t{1} << 50U;

}  // namespace

InspectionSettings read_inspection_settings(config::Section section, const InspectionSettings& otherwise) {
    InspectionSettings settings = otherwise;
    settings.enabled = section.flag("enabled", otherwise.enabled);
    for (std::size_t i = 0; i < dlp::detector_count; ++i) {
        const auto detector = static_cast<dlp::Detector>(i);
        if (detector == dlp::Detector::opaque) continue;
        settings.detectors.set(detector,
                               section.flag(dlp::name_of(detector), otherwise.detectors.has(detector)));
    }
    return settings;
}

VolumeSettings read_volume_settings(config::Section section) {
    VolumeSettings settings;
    auto messages = [&section](std::string_view key) {
        return static_cast<std::uint64_t>(section.whole_number(key, 0, 0, 1'000'000'000));
    };
    settings.messages_per_hour = messages("messages_per_hour");
    settings.messages_per_day = messages("messages_per_day");
    settings.octets_per_hour = section.size("octets_per_hour", 0, 0, most_octets);
    settings.octets_per_day = section.size("octets_per_day", 0, 0, most_octets);
    const std::string learned = section.choice("learned", "alarm", {"off", "alarm", "pause"});
    settings.learned = learned == "off" ? Learned::off : learned == "pause" ? Learned::pause : Learned::alarm;
    return settings;
}

}  // namespace edgeward::delivery
