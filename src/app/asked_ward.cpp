#include "asked_ward.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace edgeward::app {
namespace {

constexpr std::array<std::string_view, 3> about_devices{"devices", "associations", "placements"};

std::string text_of_body(const nlohmann::json& body, const char* field) {
    const auto found = body.find(field);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string in_query(const admin::HttpRequest& request) {
    const auto ward = request.query.find("ward");
    return ward == request.query.end() ? std::string() : ward->second;
}

}  // namespace

Wards wards_of(const pipeline::InboundPipeline& pipeline, const notification::AlarmService* alarms) {
    const auto of_device = [&pipeline](std::string_view id) {
        const auto catalogue = pipeline.catalogue();
        const auto* device = catalogue->devices.find(id);
        return device == nullptr ? std::string() : device->location.ward;
    };
    const auto of_alarm = [alarms](std::string_view id) {
        if (alarms == nullptr) return std::string();
        const auto all = alarms->alarms();
        const auto found = std::ranges::find(all, id, &alarm::Alarm::id);
        return found == all.end() ? std::string() : found->location.ward;
    };
    return {of_device, of_alarm};
}

std::string asked_ward(const admin::HttpRequest& request, const Wards& wards) {
    if (request.path.size() < 2) return {};
    const std::string& subject = request.path[1];
    const bool devices =
        std::find(about_devices.begin(), about_devices.end(), subject) != about_devices.end();
    if (request.method == "GET") {
        const bool listed = subject == "devices" || subject == "alarms";
        if (request.path.size() == 2) return listed ? in_query(request) : std::string();
        if (devices) return wards.of_device(request.path[2]);
    }
    if (subject == "alarms" && request.path.size() > 2) return wards.of_alarm(request.path[2]);
    if (!devices && subject != "stays") return {};
    const auto body = nlohmann::json::parse(request.body, nullptr, /*allow_exceptions=*/false);
    if (!body.is_object()) return {};
    if (devices) return wards.of_device(text_of_body(body, "device"));
    // PV1-3: ward^room^bed
    const std::string bed = text_of_body(body, "bed");
    return bed.substr(0, bed.find('^'));
}

bool in_asked_ward(const admin::HttpRequest& request, std::string_view ward) {
    const auto asked = request.query.find("ward");
    return asked == request.query.end() || asked->second == ward;
}

}  // namespace edgeward::app
