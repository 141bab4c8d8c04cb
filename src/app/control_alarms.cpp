#include "control_alarms.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "asked_ward.hpp"
#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::uint64_t longest_silence_s = std::uint64_t{24} * 3600;

// What the rules' texts are asked for in; they fall back as docs/alarms.md says.
std::string language_in(const admin::HttpRequest& request) {
    const auto asked = request.query.find("language");
    return asked == request.query.end() ? "en" : asked->second;
}

json to_json(const AlarmRoutes& parts, const alarm::Alarm& alarm, const std::string& language) {
    json made = {{"alarm", alarm.id},
                 {"rule", alarm.rule},
                 {"text", parts.alarms->text_of(alarm, language)},
                 {"priority", alarm::name_of(alarm.priority)},
                 {"state", alarm::name_of(alarm.state)},
                 {"stage", alarm.stage},
                 {"ward", alarm.location.ward},
                 {"room", alarm.location.room},
                 {"bed", alarm.location.bed},
                 {"device", alarm.device},
                 {"onset", to_rfc3339(alarm.onset)},
                 {"raised", time_or_null(alarm.raised)},
                 {"acknowledged", time_or_null(alarm.acknowledged)},
                 {"next_stage", time_or_null(alarm.due)},
                 {"silent_until", time_or_null(alarm.silent_until)},
                 {"by", alarm.actor}};
    made["values"] = json::array();
    for (const auto& value : alarm.values) {
        made["values"].push_back({{"parameter", value.parameter},
                                  {"value", value.value},
                                  {"unit", value.ucum},
                                  {"time", to_rfc3339(value.effective)}});
    }
    return made;
}

Result<void> enabled(const AlarmRoutes& parts) {
    if (parts.alarms != nullptr) return {};
    return failure(ErrorKind::invalid_input, "alarms are not enabled (alarm.enabled)");
}

Result<json> list(const AlarmRoutes& parts, const admin::HttpRequest& request) {
    if (auto there = enabled(parts); !there) return failure(std::move(there.error()));
    auto alarms = parts.alarms->alarms();
    std::erase_if(alarms, [&](const auto& one) { return !in_asked_ward(request, one.location.ward); });
    auto event = make_event(request, audit::Action::alarms_listed, "all");
    event.count = alarms.size();
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    json made = json::array();
    for (const auto& alarm : alarms)
        made.push_back(to_json(parts, alarm, language_in(request)));
    return json{{"note", notification::not_primary}, {"alarms", std::move(made)}};
}

// How many there are, which names nobody and leaves no record: what a page may ask again and again.
Result<json> count(const AlarmRoutes& parts, const admin::HttpRequest&) {
    json active = {{"high", 0}, {"medium", 0}, {"low", 0}};
    std::uint64_t acknowledged = 0;
    std::optional<Instant> oldest;
    std::optional<Instant> newest;
    const auto alarms = parts.alarms != nullptr ? parts.alarms->alarms() : std::vector<alarm::Alarm>();
    for (const auto& alarm : alarms) {
        newest = std::max(newest, alarm.raised);
        if (alarm.state != alarm::State::active) {
            ++acknowledged;
            continue;
        }
        auto& of_priority = active.at(std::string(alarm::name_of(alarm.priority)));
        of_priority = of_priority.get<std::uint64_t>() + 1;
        if (!oldest || alarm.onset < *oldest) oldest = alarm.onset;
    }
    return json{{"enabled", parts.alarms != nullptr},
                {"active", std::move(active)},
                {"acknowledged", acknowledged},
                {"oldest_active", time_or_null(oldest)},
                {"newest", time_or_null(newest)}};
}

Result<json> show(const AlarmRoutes& parts, const admin::HttpRequest& request) {
    if (auto there = enabled(parts); !there) return failure(std::move(there.error()));
    const auto alarms = parts.alarms->alarms();
    const auto found = std::ranges::find(alarms, request.path.at(2), &alarm::Alarm::id);
    if (found == alarms.end())
        return failure(ErrorKind::invalid_input, "there is no such alarm, or it has ended");
    auto event = make_event(request, audit::Action::alarms_listed, found->id, found->subject);
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    json made = to_json(parts, *found, language_in(request));
    made["note"] = notification::not_primary;
    return made;
}

Result<json> acknowledge(const AlarmRoutes& parts, const admin::HttpRequest& request) {
    if (auto there = enabled(parts); !there) return failure(std::move(there.error()));
    if (auto done = parts.alarms->acknowledge(request.path.at(2), actor_of(request)); !done)
        return failure(std::move(done.error()));
    return json{{"alarm", request.path.at(2)}, {"state", "acknowledged"}};
}

Result<json> silence(const AlarmRoutes& parts, const admin::HttpRequest& request) {
    if (auto there = enabled(parts); !there) return failure(std::move(there.error()));
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto seconds = body->find("seconds");
    if (seconds == body->end() || !seconds->is_number_unsigned() || seconds->get<std::uint64_t>() == 0 ||
        seconds->get<std::uint64_t>() > longest_silence_s)
        return failure(ErrorKind::invalid_input, "seconds: expected a whole number from 1 to 86400");
    const Instant until = parts.clock.now() + std::chrono::seconds(seconds->get<std::int64_t>());
    if (auto done = parts.alarms->silence(request.path.at(2), until, actor_of(request)); !done)
        return failure(std::move(done.error()));
    return json{{"alarm", request.path.at(2)}, {"silent_until", to_rfc3339(until)}};
}

}  // namespace

admin::Routes alarm_routes(const AlarmRoutes& parts) {
    using Handle = Result<json> (*)(const AlarmRoutes&, const admin::HttpRequest&);
    const auto route = [&parts](const char* method, const char* pattern, Handle handle) {
        return control_route(method, pattern, [parts, handle](const admin::HttpRequest& request) {
            return handle(parts, request);
        });
    };
    return {route("GET", "/v1/alarms", list), route("GET", "/v1/alarms/count", count),
            route("GET", "/v1/alarms/{alarm}", show),
            route("POST", "/v1/alarms/{alarm}/acknowledge", acknowledge),
            route("POST", "/v1/alarms/{alarm}/silence", silence)};
}

}  // namespace edgeward::app
