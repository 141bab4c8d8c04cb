#pragma once

#include <functional>
#include <string>
#include <vector>

#include <edgeward/admin/description.hpp>
#include <edgeward/admin/http.hpp>
#include <edgeward/core/metrics.hpp>

namespace edgeward::admin {

// One part of the gateway as the readiness probe reports it. `reason` is our own words (Error::message),
// empty when ready.
struct PartHealth {
    std::string part;
    bool ready = true;
    std::string reason{};
    bool required = true;  // false: said, but the gateway is ready without it
};

// 200 {"status":"live"}: the io thread turns, nothing more.
HttpResponse live_response();

// 200 {"status":"ready","parts":[…]} when every required part is ready, else 503 {"status":"not ready",…};
// each part as {"part":"store","ready":true}, with "reason" when it is not and "required":false when the
// gateway is ready without it.
bool is_ready(const std::vector<PartHealth>& parts);
HttpResponse ready_response(const std::vector<PartHealth>& parts);

// The registry in Prometheus text form, content type "text/plain; version=0.0.4; charset=utf-8".
HttpResponse metrics_response(const metrics::Registry& registry);

const Descriptions& health_descriptions();
// GET /health/live, /health/ready and /metrics, reachable by HTTPS and run at once: `parts` must not block.
// `registry` must outlive the routes.
Routes health_routes(std::function<std::vector<PartHealth>()> parts, const metrics::Registry& registry);

}  // namespace edgeward::admin
