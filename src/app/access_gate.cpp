#include "access_gate.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include <edgeward/core/log.hpp>

#include "control_request.hpp"
#include "described_routes.hpp"

namespace edgeward::app {
namespace {

constexpr std::string_view approve = "approve-erasure";
constexpr std::string_view approve_own = "approve-own-erasure";

bool is_named(const admin::HttpRequest& request) {
    return request.peer_uid || request.signed_in;
}

// `question`, asked by an account. Refers to `who`.
policy::AdministrationRequest question_of(const admin::SignedIn& who,
                                          policy::AdministrationRequest question) {
    question.uid = policy::account_uid(who.account);
    question.account = who.name;
    question.ward = who.ward;
    question.roles = who.roles;
    question.when.network = "https";
    question.when.mfa_age = who.second_factor_age;
    return question;
}

}  // namespace

std::string_view action_of(std::string_view method, std::string_view pattern) {
    const auto* known = described(method, pattern);
    return known == nullptr || known->action.empty() ? std::string_view("administer") : known->action;
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
                       RequesterOf requester_of, CircumstancesNow circumstances,
                       std::vector<PersonAssignment> persons)
    : writer_(writer), requester_of_(std::move(requester_of)), circumstances_(std::move(circumstances)) {
    replace(std::move(roles), std::move(decider), std::move(persons));
}

void AccessGate::replace(std::vector<RoleAssignment> roles, policy::Decider decider,
                         std::vector<PersonAssignment> persons) {
    auto next =
        std::make_shared<const Rules>(Rules{std::move(roles), std::move(decider), std::move(persons)});
    const std::lock_guard lock(mutex_);
    rules_ = std::move(next);
}

std::shared_ptr<const AccessGate::Rules> AccessGate::rules() const {
    const std::lock_guard lock(mutex_);
    return rules_;
}

void AccessGate::admit_people(SessionOf session_of, WardOf ward_of) {
    session_of_ = std::move(session_of);
    ward_of_ = std::move(ward_of);
}

Result<policy::AdministrationRequest> AccessGate::asked(const Rules& known, const admin::HttpRequest& request,
                                                        std::string_view action) const {
    auto when = circumstances_();
    if (!when) return failure(std::move(when.error()));
    policy::AdministrationRequest made;
    made.when = *when;
    made.action = action;
    if (const auto& who = request.signed_in) {
        made = question_of(*who, std::move(made));
    } else if (request.peer_uid) {
        made.uid = *request.peer_uid;
        made.roles = roles_of(known.roles, *request.peer_uid, request.peer_groups, ::geteuid());
    }
    if (action == approve) {
        const auto requester = requester_of_(request);
        if (!requester) return failure(requester.error());
        made.requester = requester->uid;
        // Four eyes do not depend on a policy that forbids: one's own request is another action, which a
        // policy has to permit by its name.
        const Asker asking{made.uid, request.signed_in ? request.signed_in->name : std::string()};
        if (is_named(request) && may_be_one(known.persons, asking, *requester)) {
            made.requester = made.uid;
            made.action = approve_own;
        }
    }
    return made;
}

admin::HttpResponse AccessGate::denial(const Rules& known, const admin::HttpRequest& request,
                                       policy::AdministrationRequest question,
                                       const policy::Decision& decision) const {
    auto event = make_event(request, audit::Action::access_denied, std::string(question.action));
    event.rule = decision.rule();
    event.outcome = audit::Outcome::denied;
    if (auto written = write_audit(writer_, std::move(event)); !written)
        return admin::error_response(written.error());
    Error error{ErrorKind::denied, "the policies do not let you " + std::string(question.action) + ": " +
                                       std::string(decision.rule())};
    question.when.mfa_age = 0;
    if (!request.signed_in || !known.decider.decide(question).allowed) return admin::error_response(error);
    error.message += "; show the second factor again: POST /v1/session/second-factor";
    auto made = admin::error_response(error);
    auto body = nlohmann::ordered_json::parse(made.body);
    body["remedy"] = "second_factor";
    made.body = body.dump();
    return made;
}

std::optional<admin::HttpResponse> AccessGate::objection(const admin::HttpRequest& request,
                                                         std::string_view action) const {
    const std::string_view why = request.break_glass;
    if (!why.empty()) {
        if (auto fine = expect_one_of(break_glass_reasons, why, "break glass"); !fine)
            return admin::error_response(fine.error());
    }
    const auto known = rules();
    auto question = asked(*known, request, action);
    if (!question) return admin::error_response(question.error());
    const std::string ward = ward_of_ ? ward_of_(request) : std::string();
    question->when.ward = ward;
    policy::Decision decision;  // a caller nobody names may do nothing
    if (is_named(request)) decision = known->decider.decide(*question);
    const bool broken = is_named(request) && !decision.allowed && !why.empty();
    if (broken) {
        question->when.break_glass = true;
        decision = known->decider.decide(*question);
    }
    for (const auto& error : decision.erring)
        log::warning("a policy is in error and does not apply", {{"policy", error}});
    if (!decision.allowed) return denial(*known, request, *std::move(question), decision);
    if (!broken) return std::nullopt;
    auto event = make_event(request, audit::Action::glass_broken, std::string(question->action));
    event.rule = decision.rule();
    event.rule.append(" ").append(why);
    log::warning("somebody broke the glass", {{"actor", event.actor}, {"action", question->action}});
    if (auto written = write_audit(writer_, std::move(event)); !written)
        return admin::error_response(written.error());
    return std::nullopt;
}

Result<std::vector<std::string>> AccessGate::allowed(const admin::SignedIn& who, std::int64_t age) const {
    const auto when = circumstances_();
    if (!when) return failure(when.error());
    const auto known = rules();
    std::vector<std::string> made;
    for (const auto& route : described_routes()) {
        const std::string& action = route.action;
        if (action.empty() || std::find(made.begin(), made.end(), action) != made.end()) continue;
        policy::AdministrationRequest question;
        question.when = *when;
        question.action = action;
        question.requester = policy::account_uid(0);  // somebody else
        question = question_of(who, std::move(question));
        question.when.ward = who.ward;
        question.when.mfa_age = age;
        if (known->decider.decide(question).allowed) made.push_back(action);
    }
    return made;
}

void AccessGate::guard(admin::Routes from, admin::Routes& into) {
    for (auto& route : from)
        into.push_back(guard(std::move(route)));
}

admin::Route AccessGate::guard(admin::Route route) {
    const auto action = action_of(route.method, route.pattern);
    route.handler = [this, action, inner = std::move(route.handler)](const admin::HttpRequest& request) {
        if (request.entrance == admin::Entrance::control_socket) {
            auto refused = objection(request, action);
            return refused ? *std::move(refused) : inner(request);
        }
        if (!session_of_) return admin::error_response({ErrorKind::denied, "nobody signs in here"});
        auto who = session_of_(request);
        if (!who) return std::move(who.error());
        admin::HttpRequest known = request;
        known.signed_in = *std::move(who);
        auto refused = objection(known, action);
        return refused ? *std::move(refused) : inner(known);
    };
    return route;
}

}  // namespace edgeward::app
