#include <algorithm>

#include <edgeward/admin/description.hpp>

#include "router.hpp"
#include "target.hpp"

namespace edgeward::admin {
namespace {

// "/devices/{name}" is {"devices", ""}.
Result<std::vector<std::string>> segments_of(std::string_view pattern) {
    std::vector<std::string> segments;
    if (pattern.empty() || pattern.front() != '/') {
        return failure(ErrorKind::misconfigured, "a route's pattern must begin with a slash");
    }
    while (pattern.size() > 1) {
        pattern.remove_prefix(1);
        const std::string_view segment = pattern.substr(0, pattern.find('/'));
        const bool any = segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
        if (segment.empty())
            return failure(ErrorKind::misconfigured, "a route's pattern has an empty segment");
        segments.emplace_back(any ? std::string_view() : segment);
        pattern.remove_prefix(segment.size());
    }
    return segments;
}

bool leads_to(Entrance entrance, Exposure exposure) {
    switch (exposure) {
        case Exposure::public_https:
            return true;
        case Exposure::control:
            return entrance != Entrance::https;
        case Exposure::session:
            return entrance == Entrance::api;
    }
    return false;
}

bool is_method(std::string_view method) {
    return !method.empty() && method != "HEAD" &&
           std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_described(const Route& route) {
    return route.description != nullptr && route.description->method == route.method &&
           route.description->pattern == route.pattern && !route.description->purpose.empty();
}

}  // namespace

bool Router::overlap(const Entry& a, const Entry& b) {
    return a.route.method == b.route.method &&
           std::equal(
               a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
               [](const std::string& x, const std::string& y) { return x.empty() == y.empty() && x == y; });
}

bool Router::fits(const Entry& entry, const std::vector<std::string>& path) {
    return std::equal(entry.segments.begin(), entry.segments.end(), path.begin(), path.end(),
                      [](const std::string& pattern, const std::string& segment) {
                          return pattern.empty() || pattern == segment;
                      });
}

Result<Router> Router::make(Routes routes) {
    std::vector<Entry> entries;
    for (Route& route : routes) {
        auto segments = segments_of(route.pattern);
        if (!segments) return failure(std::move(segments.error()));
        if (!is_method(route.method))
            return failure(ErrorKind::misconfigured, "a route has no proper method");
        if (!route.handler) return failure(ErrorKind::misconfigured, "a route has no handler");
        if (!is_described(route))
            return failure(ErrorKind::misconfigured,
                           "nothing describes the route " + route.method + " " + route.pattern);
        Entry entry{std::move(route), std::move(*segments)};
        const auto twin = std::find_if(entries.begin(), entries.end(),
                                       [&entry](const Entry& other) { return overlap(entry, other); });
        if (twin != entries.end()) {
            return failure(ErrorKind::misconfigured,
                           "two routes take " + entry.route.method + " " + entry.route.pattern);
        }
        entries.push_back(std::move(entry));
    }
    // Literal segments before wildcards: "/devices/all" wins over "/devices/{name}". The empty segment sorts
    // first, so the order is descending.
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.segments > b.segments; });
    return Router(std::move(entries));
}

Router::Match Router::find(std::string_view method, const std::vector<std::string>& path,
                           Entrance entrance) const {
    Match match;
    for (const Entry& entry : entries_) {
        if (!leads_to(entrance, entry.route.exposure)) continue;
        if (!fits(entry, path)) continue;
        if (entry.route.method == method) return {&entry.route, {}};
        if (match.allow.find(entry.route.method) != std::string::npos) continue;
        match.allow.append(match.allow.empty() ? "" : ", ").append(entry.route.method);
        if (entry.route.method == "GET") match.allow.append(", HEAD");
    }
    return match;
}

}  // namespace edgeward::admin
