#include "control_desk.hpp"

#include <iterator>

namespace edgeward::app {

admin::Routes ControlDesk::routes(ConfigurationInForce configuration) {
    admin::Routes all = configuration_routes(std::move(configuration));
    for (auto* make : {&status_routes, &audit_routes, &dead_letter_routes, &destination_routes,
                       &device_routes, &quarantine_routes, &person_routes, &bed_routes, &consent_routes,
                       &access_routes, &rights_routes, &pseudonym_routes}) {
        auto some = make(parts_);
        all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    }
    return all;
}

}  // namespace edgeward::app
