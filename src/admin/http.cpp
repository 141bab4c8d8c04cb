#include <edgeward/admin/http.hpp>

#include <nlohmann/json.hpp>

namespace edgeward::admin {
namespace {

unsigned status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid_input:
            return 400;
        case ErrorKind::denied:
            return 403;
        case ErrorKind::rejected:
            return 409;
        case ErrorKind::exhausted:
            return 429;
        case ErrorKind::unavailable:
        case ErrorKind::ambiguous:
            return 503;
        case ErrorKind::corrupt:
        case ErrorKind::misconfigured:
            return 500;
    }
    return 500;
}

constexpr ErrorKind all_kinds[] = {ErrorKind::invalid_input, ErrorKind::unavailable,  ErrorKind::ambiguous,
                                   ErrorKind::rejected,      ErrorKind::exhausted,    ErrorKind::denied,
                                   ErrorKind::corrupt,       ErrorKind::misconfigured};

std::optional<Error> parse_error(const std::string& body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    const auto kind = json.find("error");
    const auto message = json.find("message");
    if (kind == json.end() || !kind->is_string() || message == json.end() || !message->is_string())
        return std::nullopt;
    for (const ErrorKind known : all_kinds) {
        if (name_of(known) == kind->get_ref<const std::string&>())
            return Error{known, message->get<std::string>()};
    }
    return std::nullopt;
}

}  // namespace

HttpResponse json_response(unsigned status, std::string json) {
    return {status, "application/json", std::move(json)};
}

HttpResponse error_response(const Error& error) {
    const nlohmann::ordered_json json{{"error", name_of(error.kind)}, {"message", error.message}};
    return json_response(status_of(error.kind),
                         json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::optional<Error> error_of(const HttpResponse& response) {
    if (response.status < 400) return std::nullopt;
    if (auto error = parse_error(response.body)) return error;
    return Error{ErrorKind::unavailable,
                 "the daemon answered with status " + std::to_string(response.status)};
}

}  // namespace edgeward::admin
