// What the gateway answers, each control route behind the policies.

#include "control_accounts.hpp"
#include "control_alarms.hpp"
#include "control_backups.hpp"
#include "control_enrolment.hpp"
#include "control_evidence.hpp"
#include "control_traffic.hpp"
#include "described_routes.hpp"
#include "gateway_parts.hpp"
#include "keys.hpp"

namespace edgeward::app {

admin::Routes Gateway::Parts::routes(std::function<Result<void>()> reload) {
    auto all = admin::health_routes([this] { return health(); }, metrics);
    gate.guard(control.routes({[this] {
                                   const std::lock_guard held(reloading);
                                   return std::pair(settings, mappings);
                               },
                               std::move(reload)}),
               all);
    gate.guard(backup_routes(*backups), all);
    gate.guard(erasure_routes(), all);
    gate.guard(alarm_routes({alarms.get(), *store.writer, system_clock()}), all);
    gate.guard(
        evidence_routes({configuration.gateway.data_folder, [this] { return gate.policies(); },
                         [this] { return certificates_left(configuration, credentials); }, system_clock(),
                         [this] {
                             const std::lock_guard held(reloading);
                             return installation;
                         }}),
        all);
    gate.guard(traffic_routes(traffic), all);
    gate.guard(account_routes({accounts.get(), sessions, *store.writer, system_clock()}), all);
    gate.guard(enrolment_routes(enrolment->book(), enrolment->service(), enrolment->accounts()), all);
    all.push_back(document_route());
    if (sign_in) {
        for (auto& route : sign_in->routes())
            all.push_back(std::move(route));
    }
    if (security_keys) {
        for (auto& route : security_keys->routes())
            all.push_back(std::move(route));
    }
    return all;
}

}  // namespace edgeward::app
