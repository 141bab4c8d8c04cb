#include <edgeward/admin/health.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace edgeward::admin {

HttpResponse live_response() {
    return json_response(200, R"({"status":"live"})");
}

bool is_ready(const std::vector<PartHealth>& parts) {
    return std::all_of(parts.begin(), parts.end(),
                       [](const PartHealth& part) { return part.ready || !part.required; });
}

HttpResponse ready_response(const std::vector<PartHealth>& parts) {
    const bool ready = is_ready(parts);
    auto list = nlohmann::ordered_json::array();
    for (const PartHealth& part : parts) {
        nlohmann::ordered_json entry{{"part", part.part}, {"ready", part.ready}};
        if (!part.ready) entry["reason"] = part.reason;
        if (!part.required) entry["required"] = false;
        list.push_back(std::move(entry));
    }
    const nlohmann::ordered_json json{{"status", ready ? "ready" : "not ready"}, {"parts", std::move(list)}};
    return json_response(ready ? 200 : 503,
                         json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

HttpResponse metrics_response(const metrics::Registry& registry) {
    return {200, "text/plain; version=0.0.4; charset=utf-8", registry.expose()};
}

const Descriptions& health_descriptions() {
    using namespace schema;
    static const Schema part =
        object({{"part", text(1)}, {"ready", truth()}, {"reason?", text()}, {"required?", truth()}});
    static const Schema ready = object({{"status", words({"ready", "not ready"})}, {"parts", list(part)}});
    static const Descriptions all{
        get("/health/live", "", "Says that the process answers.", object({{"status", words({"live"})}}))
            .by(Session::none),
        get("/health/ready", "", "Says whether everything works.", ready).by(Session::none).or_503(ready),
        get("/metrics", "", "Gives the figures in Prometheus' text form.", text())
            .by(Session::none)
            .in_types({}, "text/plain")};
    return all;
}

Routes health_routes(std::function<std::vector<PartHealth>()> parts, const metrics::Registry& registry) {
    const auto route = [](std::string pattern, Handler handler) {
        const auto* description = find_description(health_descriptions(), "GET", pattern);
        return Route{
            "GET",      std::move(pattern), Exposure::public_https, Execution::at_once, std::move(handler),
            description};
    };
    return {route("/health/live", [](const HttpRequest&) { return live_response(); }),
            route("/health/ready",
                  [parts = std::move(parts)](const HttpRequest&) { return ready_response(parts()); }),
            route("/metrics", [&registry](const HttpRequest&) { return metrics_response(registry); })};
}

}  // namespace edgeward::admin
