#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/admin/http.hpp>
#include <edgeward/core/result.hpp>

// The command line's end of the control socket.
namespace edgeward::admin {

// The request target for these path segments and this query, percent-encoded: {"devices", "icu 1"} is
// "/devices/icu%201".
std::string make_target(const std::vector<std::string>& path,
                        const std::map<std::string, std::string>& query = {});

// One request to the daemon that listens on `socket`; blocks. `break_glass`: as HttpRequest. Any status is a
// success here, see error_of(). Errors: unavailable (no daemon there; no complete answer within `patience`),
// denied (this user may not use the socket), invalid_input (`target` does not begin with '/' or holds white
// space or control characters).
Result<HttpResponse> control_request(const std::filesystem::path& socket, std::string_view method,
                                     std::string_view target, std::string body = {},
                                     std::chrono::milliseconds patience = std::chrono::seconds(60),
                                     std::string_view break_glass = {});

}  // namespace edgeward::admin
