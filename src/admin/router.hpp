#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/admin/http.hpp>
#include <edgeward/core/result.hpp>

namespace edgeward::admin {

// Finds the route of a request. Immutable after make(). Threads: any.
class Router {
public:
    struct Match {
        const Route* route =
            nullptr;          // as long as the router; nothing when the path or its method is not known
        std::string allow{};  // the methods the path has, for 405; empty when the path is not known (404)
    };

    // misconfigured: a pattern without leading slash, a method of other letters than A to Z, a missing
    // handler, no description or one of another route, HEAD (it follows from GET), or two routes that could
    // take the same request.
    static Result<Router> make(Routes routes);

    // Routes that cannot be reached by this entrance are unknown there.
    [[nodiscard]] Match find(std::string_view method, const std::vector<std::string>& path,
                             Entrance entrance) const;

private:
    struct Entry {
        Route route;
        std::vector<std::string> segments;  // an empty one matches any
    };
    explicit Router(std::vector<Entry> entries) : entries_(std::move(entries)) {}
    static bool overlap(const Entry& a, const Entry& b);
    static bool fits(const Entry& entry, const std::vector<std::string>& path);

    std::vector<Entry> entries_;
};

}  // namespace edgeward::admin
