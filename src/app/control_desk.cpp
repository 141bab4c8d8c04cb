#include "control_desk.hpp"

#include <iterator>

#include "control_request.hpp"

namespace edgeward::app {

admin::Routes ControlDesk::routes(std::function<Result<void>()> reload) {
    admin::Routes all;
    for (auto* make : {&status_routes, &audit_routes, &dead_letter_routes, &destination_routes,
                       &device_routes, &quarantine_routes, &person_routes}) {
        auto some = make(parts_);
        all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    }
    all.push_back(
        control_route("POST", "/v1/reload",
                      [reload = std::move(reload)](const admin::HttpRequest&) -> Result<nlohmann::json> {
                          if (auto done = reload(); !done) return failure(std::move(done.error()));
                          return nlohmann::json{{"reloaded", true}};
                      }));
    return all;
}

}  // namespace edgeward::app
