#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <edgeward/core/result.hpp>

// What an admin route takes and gives: HTTP messages as values, without a socket.
namespace edgeward::admin {

// The header field that breaks the glass (docs/policy.md): its value says why.
inline constexpr std::string_view break_glass_field = "Edgeward-Break-Glass";
// The header field by which a page proves that it knows its session (docs/control-api.md).
inline constexpr std::string_view csrf_field = "Edgeward-CSRF";
// The cookie of a session; the prefix makes browsers insist on Secure, Path=/ and no Domain (RFC 6265bis).
inline constexpr std::string_view session_cookie = "__Host-edgeward";

// The way a request came.
enum class Entrance : std::uint8_t {
    control_socket,
    https,  // health and metrics alone
    api,    // HTTPS for people too: admin.api
};

// An account that asks by a session with a second factor. Set by the gate that has looked at the session, and
// by nobody else.
struct SignedIn {
    std::int64_t account = 0;
    std::string name;  // [a-z0-9._-]{1,32}
    std::vector<std::string> roles;
    std::string ward;
    std::int64_t second_factor_age = 0;  // seconds
};

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
    Entrance entrance = Entrance::control_socket;
    std::string address{};        // the caller's, by HTTPS
    std::string session_token{};  // of the cookie; empty without one
    std::string csrf{};           // what csrf_field says
    std::string content_type{};   // without its parameters, in lower case
    std::optional<SignedIn> signed_in{};
    // What the client proved to own the key of (PEM), and nothing more: whoever reads it judges it. Empty
    // without one.
    std::string peer_certificate{};
    std::string authorization{};  // the header field; empty without one
    std::string accept{};         // likewise
    // Of the query, what has a name that came before; only where the route takes it.
    std::vector<std::pair<std::string, std::string>> repeated{};
};

struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body{};
    std::string session_token{};                 // a new cookie; empty: the one that is there stays
    bool ends_session = false;                   // takes the cookie away
    std::optional<std::uint32_t> retry_after{};  // seconds
    std::vector<std::pair<std::string, std::string>> fields{};  // further header fields
};

// Must not throw for expected failures: answer them with error_response().
using Handler = std::function<HttpResponse(const HttpRequest&)>;

// Where a route can be reached.
enum class Exposure : std::uint8_t {
    public_https,  // by HTTPS and by the Unix socket: health and metrics, nothing about persons
    control,       // by the Unix socket, and where people may use HTTPS
    session,       // where people may use HTTPS only
};

// Which thread runs a handler.
enum class Execution : std::uint8_t {
    at_once,  // the io thread: must not block; answered even when the pool is busy
    on_pool,  // one of the ew-admin threads: may wait for the store writer
    apart,    // ew-login: a password is hashed, and a crowd of those must not hold up the others
};

struct Description;

// One method of one path. A segment in braces matches any one segment: "/devices/{name}"; the handler finds
// it at its place in HttpRequest::path.
struct Route {
    std::string method;
    std::string pattern;
    Exposure exposure = Exposure::control;
    Execution execution = Execution::on_pool;
    Handler handler;
    const Description* description = nullptr;  // without one no router takes it; outlives the route
    bool repeats = false;                      // a name of the query may come more than once
};
using Routes = std::vector<Route>;

// The names and values of a form (application/x-www-form-urlencoded), decoded as strictly as a query, where a
// '+' is a space; names may come again. invalid_input: as a query.
Result<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text);

// `json` is the text of one JSON value.
HttpResponse json_response(unsigned status, std::string json);

// {"error": "<kind>", "message": "…"} under the status for that kind: invalid_input 400, denied 403, rejected
// 409, exhausted 429, unavailable and ambiguous 503, corrupt and misconfigured 500. `foreign` is left out.
HttpResponse error_response(const Error& error);

// The Error that error_response() made the response from, for the other end of the socket; nothing for a
// status below 400. A response of another form becomes unavailable ("the daemon answered with status 404").
std::optional<Error> error_of(const HttpResponse& response);

}  // namespace edgeward::admin
