#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>

// What an admin route takes and gives: HTTP messages as values, without a socket.
namespace edgeward::admin {

// The header field that breaks the glass (docs/policy.md): its value says why.
inline constexpr std::string_view break_glass_field = "Edgeward-Break-Glass";

// A request that has passed every check of form: origin-form target, decoded strictly, one Host, bounded in
// size.
struct HttpRequest {
    std::string method;                                       // "GET", "POST", …; HEAD arrives as GET
    std::vector<std::string> path;                            // "/devices/icu%201" is {"devices", "icu 1"}
    std::map<std::string, std::string, std::less<>> query{};  // names are unique; '+' is a plus sign
    std::string body{};                                       // at most 1 MiB
    std::optional<std::uint32_t> peer_uid{};                  // the caller's user id: Unix socket only
    std::vector<std::uint32_t> peer_groups{};                 // and groups, the primary one among them
    std::string break_glass{};          // why the caller breaks the glass; empty: it does not
    std::string certificate_subject{};  // RFC 4514 text of a verified client certificate; empty without one
};

struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body{};
};

// Must not throw for expected failures: answer them with error_response().
using Handler = std::function<HttpResponse(const HttpRequest&)>;

// Where a route can be reached.
enum class Exposure : std::uint8_t {
    public_https,  // by HTTPS and by the Unix socket: health and metrics, nothing about persons
    control,       // by the Unix socket only
};

// Which thread runs a handler.
enum class Execution : std::uint8_t {
    at_once,  // the io thread: must not block; answered even when the pool is busy
    on_pool,  // one of the ew-admin threads: may wait for the store writer
};

// One method of one path. A segment in braces matches any one segment: "/devices/{name}"; the handler finds
// it at its place in HttpRequest::path.
struct Route {
    std::string method;
    std::string pattern;
    Exposure exposure = Exposure::control;
    Execution execution = Execution::on_pool;
    Handler handler;
};
using Routes = std::vector<Route>;

// `json` is the text of one JSON value.
HttpResponse json_response(unsigned status, std::string json);

// {"error": "<kind>", "message": "…"} under the status for that kind: invalid_input 400, denied 403, rejected
// 409, exhausted 429, unavailable and ambiguous 503, corrupt and misconfigured 500. `foreign` is left out.
HttpResponse error_response(const Error& error);

// The Error that error_response() made the response from, for the other end of the socket; nothing for a
// status below 400. A response of another form becomes unavailable ("the daemon answered with status 404").
std::optional<Error> error_of(const HttpResponse& response);

}  // namespace edgeward::admin
