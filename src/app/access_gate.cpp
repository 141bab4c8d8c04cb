#include "access_gate.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include <edgeward/core/log.hpp>

#include "control_request.hpp"

namespace edgeward::app {
namespace {

struct ActionOfRoute {
    std::string_view method;
    std::string_view pattern;
    std::string_view action;
};

constexpr std::string_view approve = "approve-erasure";
constexpr std::string_view approve_own = "approve-own-erasure";

constexpr std::array actions{
    ActionOfRoute{"GET", "/v1/status", "read-status"},
    ActionOfRoute{"GET", "/v1/books", "read-books"},
    ActionOfRoute{"GET", "/v1/evidence", "read-status"},
    ActionOfRoute{"GET", "/v1/configuration", "read-configuration"},
    ActionOfRoute{"GET", "/v1/devices", "read-devices"},
    ActionOfRoute{"GET", "/v1/devices/{device}", "read-devices"},
    ActionOfRoute{"GET", "/v1/destinations", "read-destinations"},
    ActionOfRoute{"POST", "/v1/destinations/{destination}/pause", "steer-destination"},
    ActionOfRoute{"POST", "/v1/destinations/{destination}/drain", "steer-destination"},
    ActionOfRoute{"POST", "/v1/destinations/{destination}/resume", "steer-destination"},
    ActionOfRoute{"POST", "/v1/destinations/{destination}/replay", "replay-reports"},
    ActionOfRoute{"GET", "/v1/dead-letters/{destination}", "list-dead-letters"},
    ActionOfRoute{"GET", "/v1/dead-letters/{destination}/{report}", "show-dead-letter"},
    ActionOfRoute{"POST", "/v1/dead-letters/{destination}/retry", "retry-dead-letters"},
    ActionOfRoute{"GET", "/v1/alarms", "list-alarms"},
    ActionOfRoute{"GET", "/v1/alarms/{alarm}", "list-alarms"},
    ActionOfRoute{"POST", "/v1/alarms/{alarm}/acknowledge", "acknowledge-alarm"},
    ActionOfRoute{"POST", "/v1/alarms/{alarm}/silence", "acknowledge-alarm"},
    ActionOfRoute{"GET", "/v1/quarantine", "list-quarantine"},
    ActionOfRoute{"GET", "/v1/quarantine/{id}", "show-quarantine"},
    ActionOfRoute{"POST", "/v1/quarantine/replay", "replay-quarantine"},
    ActionOfRoute{"POST", "/v1/quarantine/{id}/assign", "assign-measurement"},
    ActionOfRoute{"POST", "/v1/persons", "admit-person"},
    ActionOfRoute{"POST", "/v1/persons/rectify", "rectify-person"},
    ActionOfRoute{"POST", "/v1/persons/restrict", "restrict-person"},
    ActionOfRoute{"POST", "/v1/persons/restrictions", "list-restrictions"},
    ActionOfRoute{"POST", "/v1/restrictions/{id}/lift", "restrict-person"},
    ActionOfRoute{"POST", "/v1/persons/access", "access-person"},
    ActionOfRoute{"POST", "/v1/persons/access/reports", "access-person"},
    ActionOfRoute{"POST", "/v1/associations", "associate-device"},
    ActionOfRoute{"POST", "/v1/associations/end", "associate-device"},
    ActionOfRoute{"GET", "/v1/associations/{device}", "list-associations"},
    ActionOfRoute{"POST", "/v1/placements", "place-device"},
    ActionOfRoute{"POST", "/v1/placements/end", "place-device"},
    ActionOfRoute{"GET", "/v1/placements/{device}", "list-placements"},
    ActionOfRoute{"POST", "/v1/stays", "list-stays"},
    ActionOfRoute{"POST", "/v1/consents", "record-consent"},
    ActionOfRoute{"POST", "/v1/consents/fhir", "record-consent"},
    ActionOfRoute{"POST", "/v1/consents/show", "show-consent"},
    ActionOfRoute{"POST", "/v1/consents/recipients", "list-recipients"},
    ActionOfRoute{"POST", "/v1/erasures/preview", "preview-erasure"},
    ActionOfRoute{"POST", "/v1/erasures", "request-erasure"},
    ActionOfRoute{"GET", "/v1/erasures", "list-erasures"},
    ActionOfRoute{"POST", "/v1/erasures/{number}/approve", approve},
    ActionOfRoute{"POST", "/v1/erasures/{number}/reject", "reject-erasure"},
    ActionOfRoute{"GET", "/v1/erasures/{number}/certificate", "list-erasures"},
    ActionOfRoute{"POST", "/v1/holds", "set-legal-hold"},
    ActionOfRoute{"POST", "/v1/holds/{id}/release", "release-legal-hold"},
    ActionOfRoute{"POST", "/v1/holds/list", "list-legal-holds"},
    ActionOfRoute{"POST", "/v1/pseudonyms/resolve", "resolve-pseudonym"},
    ActionOfRoute{"GET", "/v1/audit/key", "read-audit-key"},
    ActionOfRoute{"GET", "/v1/audit/export", "export-audit"},
    ActionOfRoute{"POST", "/v1/audit/export", "export-audit"},
    ActionOfRoute{"GET", "/v1/backups", "read-backups"},
    ActionOfRoute{"POST", "/v1/backups", "create-backup"},
    ActionOfRoute{"POST", "/v1/backups/verify", "verify-backup"},
    ActionOfRoute{"POST", "/v1/reload", "reload-configuration"},
};

}  // namespace

std::string_view action_of(std::string_view method, std::string_view pattern) noexcept {
    const auto known = std::find_if(actions.begin(), actions.end(), [&](const ActionOfRoute& each) {
        return each.method == method && each.pattern == pattern;
    });
    return known == actions.end() ? std::string_view("administer") : known->action;
}

audit::Event policy_event(const policy::Decider& decider, std::string when) {
    audit::Event event;
    event.actor = "gateway";
    event.action = audit::Action::policy_loaded;
    event.object = std::move(when);
    event.details = decider.digest();
    event.count = decider.size();
    return event;
}

Result<policy::Circumstances> circumstances_at(Instant now, std::string_view zone) {
    const auto offset = zone_offset_minutes(now, zone);
    if (!offset) return failure(offset.error());
    const auto local = now + std::chrono::minutes(*offset);
    const auto day = std::chrono::floor<std::chrono::days>(local);
    policy::Circumstances made;
    made.weekday =
        static_cast<int>(std::chrono::weekday(std::chrono::sys_days(day.time_since_epoch())).iso_encoding());
    made.hour = static_cast<int>(std::chrono::floor<std::chrono::hours>(local - day).count());
    return made;
}

AccessGate::AccessGate(store::Writer& writer, std::vector<RoleAssignment> roles, policy::Decider decider,
                       RequesterOf requester_of, CircumstancesNow circumstances)
    : writer_(writer), requester_of_(std::move(requester_of)), circumstances_(std::move(circumstances)) {
    replace(std::move(roles), std::move(decider));
}

void AccessGate::replace(std::vector<RoleAssignment> roles, policy::Decider decider) {
    auto next = std::make_shared<const Rules>(Rules{std::move(roles), std::move(decider)});
    const std::lock_guard lock(mutex_);
    rules_ = std::move(next);
}

std::shared_ptr<const AccessGate::Rules> AccessGate::rules() const {
    const std::lock_guard lock(mutex_);
    return rules_;
}

Result<policy::AdministrationRequest> AccessGate::asked(const Rules& known, const admin::HttpRequest& request,
                                                        std::string_view action) const {
    auto when = circumstances_();
    if (!when) return failure(std::move(when.error()));
    policy::AdministrationRequest made;
    made.when = *when;
    made.action = action;
    if (action == approve) {
        const auto requester = requester_of_(request);
        if (!requester) return failure(requester.error());
        made.requester = *requester;
        // Four eyes do not depend on a policy that forbids: one's own request is another action, which a
        // policy has to permit by its name.
        if (request.peer_uid == made.requester) made.action = approve_own;
    }
    if (!request.peer_uid) return made;
    made.uid = *request.peer_uid;
    made.roles = roles_of(known.roles, *request.peer_uid, request.peer_groups, ::geteuid());
    return made;
}

Result<void> AccessGate::admit(const admin::HttpRequest& request, std::string_view action) const {
    const std::string_view why = request.break_glass;
    if (!why.empty()) {
        if (auto fine = expect_one_of(break_glass_reasons, why, "break glass"); !fine) return fine;
    }
    const auto known = rules();
    auto question = asked(*known, request, action);
    if (!question) return failure(std::move(question.error()));
    policy::Decision decision;  // a caller nobody names may do nothing
    if (request.peer_uid) decision = known->decider.decide(*question);
    const bool broken = request.peer_uid && !decision.allowed && !why.empty();
    if (broken) {
        question->when.break_glass = true;
        decision = known->decider.decide(*question);
    }
    for (const auto& error : decision.erring)
        log::warning("a policy is in error and does not apply", {{"policy", error}});
    if (decision.allowed && !broken) return {};
    auto event =
        make_event(request, decision.allowed ? audit::Action::glass_broken : audit::Action::access_denied,
                   std::string(question->action));
    event.rule = decision.rule();
    if (decision.allowed) {
        event.rule.append(" ").append(why);
        log::warning("somebody broke the glass", {{"uid", *request.peer_uid}, {"action", question->action}});
        return write_audit(writer_, std::move(event));
    }
    event.outcome = audit::Outcome::denied;
    if (auto written = write_audit(writer_, std::move(event)); !written) return written;
    return failure(ErrorKind::denied, "the policies do not let you " + std::string(question->action) + ": " +
                                          std::string(decision.rule()));
}

void AccessGate::guard(admin::Routes from, admin::Routes& into) {
    for (auto& route : from)
        into.push_back(guard(std::move(route)));
}

admin::Route AccessGate::guard(admin::Route route) {
    const auto action = action_of(route.method, route.pattern);
    route.handler = [this, action, inner = std::move(route.handler)](const admin::HttpRequest& request) {
        if (auto admitted = admit(request, action); !admitted) return admin::error_response(admitted.error());
        return inner(request);
    };
    return route;
}

}  // namespace edgeward::app
