#pragma once

#include <edgeward/admin/http.hpp>

#include "traffic_history.hpp"

namespace edgeward::app {

// GET /v1/traffic: the last minutes in numbers. Any thread; `history` must outlive the routes.
admin::Routes traffic_routes(const TrafficHistory& history);

}  // namespace edgeward::app
