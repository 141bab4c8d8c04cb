#include "control_enrolment.hpp"

#include "control_request.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::uint64_t default_validity = 86400;  // seconds

struct Desk {
    enrolment::DeviceBook* book;
    enrolment::EnrolmentService* service;
    enrolment::AccountDesk* accounts;
};

using Handle = Result<json> (*)(const Desk&, const admin::HttpRequest&);

bool is_description(const std::string& text) {
    return text.size() <= 128 && std::none_of(text.begin(), text.end(), [](char c) {
               const auto octet = static_cast<unsigned char>(c);
               return octet < 0x20 || octet == 0x7F;
           });
}

Result<enrolment::DeviceEntry> entry_in(const json& body) {
    enrolment::DeviceEntry entry;
    const std::pair<const char*, std::string*> fields[] = {
        {"device", &entry.id},          {"class", &entry.kind},       {"ward", &entry.location.ward},
        {"room", &entry.location.room}, {"bed", &entry.location.bed}, {"serial", &entry.serial},
        {"eui64", &entry.eui64},        {"software", &entry.software}};
    for (const auto& [name, to] : fields) {
        auto text = text_in(body, name, false);
        if (!text) return failure(std::move(text.error()));
        if (!is_description(*text)) {
            return failure(ErrorKind::invalid_input,
                           std::string(name) + ": expected at most 128 printable characters");
        }
        *to = *std::move(text);
    }
    return entry;
}

Result<bool> flag_in(const json& body, const char* name) {
    const auto place = body.find(name);
    if (place == body.end()) return false;
    if (place->is_boolean()) return place->get<bool>();
    return failure(ErrorKind::invalid_input, std::string(name) + ": expected true or false");
}

Result<std::uint64_t> seconds_in(const json& body) {
    const auto place = body.find("seconds");
    if (place == body.end()) return default_validity;
    if (place->is_number_unsigned()) return place->get<std::uint64_t>();
    return failure(ErrorKind::invalid_input, "seconds: expected a whole number");
}

const char* name_of(enrolment::RequestState state) {
    switch (state) {
        case enrolment::RequestState::waiting:
            return "waiting";
        case enrolment::RequestState::approved:
            return "approved";
        case enrolment::RequestState::rejected:
            return "rejected";
    }
    return "waiting";
}

Result<json> list(const Desk& desk, const admin::HttpRequest&) {
    const auto requests = desk.book->requests();
    if (!requests) return failure(requests.error());
    json made = json::array();
    for (const auto& one : *requests) {
        const auto known = desk.book->device(one.entry.id);
        if (!known) return failure(known.error());
        made.push_back({{"request", one.number},
                        {"device", one.entry.id},
                        {"class", one.entry.kind},
                        {"serial", one.entry.serial},
                        {"key", to_hex(one.key)},
                        {"origin", one.origin},
                        {"state", name_of(one.state)},
                        {"known", known->has_value()},
                        {"first", to_rfc3339(one.first)},
                        {"last", to_rfc3339(one.last)}});
    }
    return json{{"requests", std::move(made)}};
}

Result<json> approve(const Desk& desk, const admin::HttpRequest& request) {
    const auto number = number_of(request.path.at(2), "request");
    if (!number) return failure(number.error());
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    auto entry = entry_in(*body);
    if (!entry) return failure(std::move(entry.error()));
    const auto again = flag_in(*body, "again");
    if (!again) return failure(again.error());
    auto approved = desk.service->approve(*number, *std::move(entry), *again, actor_of(request));
    if (!approved) return failure(std::move(approved.error()));
    return json{{"approved", *number}};
}

Result<json> reject(const Desk& desk, const admin::HttpRequest& request) {
    const auto number = number_of(request.path.at(2), "request");
    if (!number) return failure(number.error());
    auto rejected = desk.service->reject(*number, actor_of(request));
    if (!rejected) return failure(std::move(rejected.error()));
    return json{{"rejected", *number}};
}

Result<json> make_token(const Desk& desk, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto entry = entry_in(*body);
    if (!entry) return failure(entry.error());
    const auto seconds = seconds_in(*body);
    if (!seconds) return failure(seconds.error());
    constexpr std::uint64_t beyond =
        366 * std::uint64_t{86400};  // no token is valid so long; the product stays in range
    const auto made =
        desk.service->make_token(*entry, std::chrono::seconds(std::min(*seconds, beyond)), actor_of(request));
    if (!made) return failure(made.error());
    return json{{"token", made->token}, {"expires", to_rfc3339(made->expires)}};
}

Result<json> make_password(const Desk& desk, const admin::HttpRequest& request) {
    if (desk.accounts == nullptr) return failure(ErrorKind::rejected, "enrolment.accounts is false");
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    auto entry = entry_in(*body);
    if (!entry) return failure(std::move(entry.error()));
    entry->id = request.path.at(2);
    const auto made = desk.accounts->make(*entry, actor_of(request));
    if (!made) return failure(made.error());
    return json{{"user", made->user}, {"password", made->password}};
}

Result<json> revoke(const Desk& desk, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto reason = text_in(*body, "reason", true);
    if (!reason) return failure(reason.error());
    const auto revoked = desk.service->revoke(request.path.at(2), *reason, actor_of(request));
    if (!revoked) return failure(revoked.error());
    return json{{"device", request.path.at(2)}, {"certificates", *revoked}};
}

admin::Route route(const char* method, const char* pattern, const Desk& desk, Handle handle) {
    return control_route(method, pattern, [desk, handle](const admin::HttpRequest& request) -> Result<json> {
        if (desk.book == nullptr || desk.service == nullptr)
            return failure(ErrorKind::rejected, "enrolment.enabled is false");
        return handle(desk, request);
    });
}

}  // namespace

admin::Routes enrolment_routes(enrolment::DeviceBook* book, enrolment::EnrolmentService* service,
                               enrolment::AccountDesk* accounts) {
    const Desk desk{book, service, accounts};
    return {route("GET", "/v1/device-requests", desk, list),
            route("POST", "/v1/device-requests/{number}/approve", desk, approve),
            route("POST", "/v1/device-requests/{number}/reject", desk, reject),
            route("POST", "/v1/device-tokens", desk, make_token),
            route("POST", "/v1/devices/{device}/password", desk, make_password),
            route("POST", "/v1/devices/{device}/revoke", desk, revoke)};
}

}  // namespace edgeward::app
