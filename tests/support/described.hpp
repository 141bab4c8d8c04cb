#pragma once

#include <deque>
#include <mutex>

#include <edgeward/admin/description.hpp>

namespace edgeward::support {

// The route; one without a description gets one that lives as long as the program.
inline admin::Route described(admin::Route route) {
    if (route.description != nullptr) return route;
    static std::mutex mutex;
    static std::deque<admin::Description> kept;
    const std::lock_guard lock(mutex);
    kept.push_back({route.method, route.pattern, "", "A test's.", admin::schema::anything()});
    route.description = &kept.back();
    return route;
}

inline admin::Routes described(admin::Routes routes) {
    for (auto& route : routes)
        route = described(std::move(route));
    return routes;
}

}  // namespace edgeward::support
