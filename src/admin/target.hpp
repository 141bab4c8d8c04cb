#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <edgeward/core/result.hpp>

namespace edgeward::admin {

// An origin-form request target, RFC 9112 3.2.1, decoded.
struct Target {
    std::vector<std::string> path;                          // empty for "/"
    std::map<std::string, std::string, std::less<>> query;  // of a name that comes again, the first
    std::vector<std::pair<std::string, std::string>> repeated = {};
};

// "/a%20b/c?limit=5". invalid_input for everything else: absolute form, a fragment, octets outside RFC 3986,
// a broken or non-UTF-8 percent-encoding, encoded control characters or slashes in the path, empty or dot
// segments, an empty query name.
Result<Target> parse_target(std::string_view text);

// Everything but RFC 3986 unreserved characters as %XX.
std::string percent_encode(std::string_view text);

}  // namespace edgeward::admin
