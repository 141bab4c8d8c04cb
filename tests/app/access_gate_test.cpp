#include "access_gate.hpp"

#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"
#include "support/shipped_policy.hpp"

namespace edgeward::app {
namespace {

constexpr std::uint32_t it_group = 4711;
constexpr std::uint32_t audit_group = 4712;

const std::vector<RoleAssignment> roles{{"hospital-it", {}, {it_group}}, {"auditor", {}, {audit_group}}};

admin::HttpResponse ask(const admin::Route& route, std::optional<std::uint32_t> user,
                        std::vector<std::uint32_t> groups = {}) {
    admin::HttpRequest request;
    request.peer_uid = user;
    request.peer_groups = std::move(groups);
    return route.handler(request);
}

Result<Asker> nobody_asked(const admin::HttpRequest&) {
    return failure(ErrorKind::invalid_input, "there is no erasure request of that number");
}

Result<policy::Circumstances> monday_noon() {
    policy::Circumstances when;
    when.hour = 12;
    return when;
}

admin::Route route(std::string method, std::string pattern) {
    return {std::move(method), std::move(pattern), admin::Exposure::control, admin::Execution::on_pool,
            [](const admin::HttpRequest&) { return admin::json_response(200, "{}"); }};
}

}  // namespace

TEST_CASE("every control route has an action of its own that the schema knows", "[access_gate]") {
    Desk desk;
    const auto known = policy::administrative_actions();
    for (const auto& each : desk.routes) {
        INFO(each.method << ' ' << each.pattern);
        const auto action = action_of(each.method, each.pattern);
        CHECK(action != "administer");
        CHECK(std::find(known.begin(), known.end(), action) != known.end());
    }
    CHECK(action_of("GET", "/v1/of-a-later-version") == "administer");
}

TEST_CASE("the policies decide who may ask the gateway what", "[access_gate]") {
    Desk desk;
    AccessGate gate(*desk.store.writer, roles, support::shipped_policy(), nobody_asked, monday_noon);
    const auto pause = gate.guard(route("POST", "/v1/destinations/{destination}/pause"));
    const auto reading = gate.guard(route("GET", "/v1/audit/export"));
    CHECK(ask(pause, 0).status == 200);
    CHECK(ask(pause, ::geteuid()).status == 200);
    CHECK(ask(pause, 12345, {it_group}).status == 200);
    CHECK(ask(pause, 12345, {it_group, audit_group}).status == 403);
    CHECK(ask(pause, 12345).status == 403);
    CHECK(ask(pause, std::nullopt).status == 403);
    CHECK(ask(reading, 12345, {audit_group}).status == 200);
    CHECK(ask(reading, 12345, {it_group}).status == 403);
}

TEST_CASE("nobody approves an erasure of their own asking unless a policy names that", "[access_gate]") {
    Desk desk;
    constexpr std::uint32_t protection_group = 4713;
    const std::vector<RoleAssignment> with_protection{{"data-protection", {}, {protection_group}}};
    const auto asked_by_1000 = [](const admin::HttpRequest&) { return Result<Asker>(Asker{1000}); };
    const auto approval = route("POST", "/v1/erasures/{number}/approve");
    AccessGate shipped(*desk.store.writer, with_protection, support::shipped_policy(), asked_by_1000,
                       monday_noon);
    CHECK(ask(shipped.guard(approval), 1001, {protection_group}).status == 200);
    CHECK(ask(shipped.guard(approval), 1000, {protection_group}).status == 403);
    CHECK(ask(shipped.guard(approval), 1001).status == 403);
    CHECK(desk.records(audit::Action::access_denied).front().object == "approve-own-erasure");

    // A policy mistake: everybody may do everything. Four eyes stay.
    const auto lax = policy::parse_policies_of(
        "@id(\"all\") permit (principal is User, action in Action::\"administer\", resource is Gateway);",
        "lax");
    REQUIRE(lax.problems.empty());
    AccessGate open(*desk.store.writer, {}, lax.decider, asked_by_1000, monday_noon);
    CHECK(ask(open.guard(approval), 1001).status == 200);
    CHECK(ask(open.guard(approval), 1000).status == 403);

    const auto explicitly = policy::parse_policies_of(
        "@id(\"alone\") permit (principal, action == Action::\"approve-own-erasure\", resource);", "alone");
    REQUIRE(explicitly.problems.empty());
    AccessGate alone(*desk.store.writer, {}, explicitly.decider, asked_by_1000, monday_noon);
    CHECK(ask(alone.guard(approval), 1000).status == 200);
    CHECK(ask(alone.guard(approval), 1001).status == 403);

    AccessGate unknown(*desk.store.writer, {}, lax.decider, nobody_asked, monday_noon);
    CHECK(ask(unknown.guard(approval), 1001).status == 400);
}

TEST_CASE("the glass is broken only where that decides, and leaves a record", "[access_gate]") {
    Desk desk;
    AccessGate gate(*desk.store.writer, roles, support::shipped_policy(), nobody_asked, monday_noon);
    const auto show = gate.guard(route("GET", "/v1/quarantine/{id}"));
    const auto pause = gate.guard(route("POST", "/v1/destinations/{destination}/pause"));
    const auto rights = gate.guard(route("POST", "/v1/persons/access"));
    const auto broken = [&](const admin::Route& to, std::vector<std::uint32_t> groups, std::string why) {
        admin::HttpRequest request;
        request.peer_uid = 12345;
        request.peer_groups = std::move(groups);
        request.break_glass = std::move(why);
        return to.handler(request).status;
    };
    CHECK(ask(show, 12345, {it_group}).status == 403);
    CHECK(desk.records(audit::Action::glass_broken).empty());
    CHECK(broken(pause, {it_group}, "emergency") == 200);  // may do that anyway
    CHECK(desk.records(audit::Action::glass_broken).empty());
    CHECK(broken(show, {it_group}, "emergency") == 200);
    const auto records = desk.records(audit::Action::glass_broken);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:12345");
    CHECK(records.front().object == "show-quarantine");
    CHECK(records.front().rule == "break-glass-for-the-ward emergency");
    CHECK(broken(rights, {it_group}, "emergency") == 403);
    CHECK(broken(show, {}, "emergency") == 403);
    CHECK(broken(show, {it_group, audit_group}, "emergency") == 403);
    CHECK(broken(show, {it_group}, "because I want to") == 400);
    CHECK(desk.records(audit::Action::glass_broken).size() == 1);
}

TEST_CASE("the hour and the day of a request are those of the gateway's zone", "[access_gate]") {
    // Thursday 2026-11-26 in Berlin, still Wednesday in UTC; summer time in July.
    const auto winter = circumstances_at(parse_rfc3339("2026-11-25T23:30:00Z")->utc, "Europe/Berlin").value();
    CHECK(winter.weekday == 4);
    CHECK(winter.hour == 0);
    const auto summer = circumstances_at(parse_rfc3339("2026-07-19T23:30:00Z")->utc, "Europe/Berlin").value();
    CHECK(summer.weekday == 1);
    CHECK(summer.hour == 1);
    CHECK(circumstances_at(parse_rfc3339("2026-11-29T23:59:59Z")->utc, "UTC").value().weekday == 7);
    CHECK_FALSE(circumstances_at(Instant{}, "Europe/Nowhere"));
    CHECK(winter.mfa_age == policy::Circumstances::no_second_factor);

    Desk desk;
    AccessGate timeless(*desk.store.writer, roles, support::shipped_policy(), nobody_asked, [] {
        return Result<policy::Circumstances>(failure(ErrorKind::misconfigured, "no such zone"));
    });
    CHECK(ask(timeless.guard(route("GET", "/v1/status")), 0).status == 500);
}

TEST_CASE("a denied request is answered clearly and audited", "[access_gate]") {
    Desk desk;
    AccessGate gate(*desk.store.writer, roles, support::shipped_policy(), nobody_asked, monday_noon);
    const auto answer =
        ask(gate.guard(route("POST", "/v1/destinations/{destination}/pause")), 12345, {audit_group});
    CHECK(nlohmann::json::parse(answer.body) ==
          nlohmann::json{
              {"error", "denied"},
              {"message", "the policies do not let you steer-destination: auditor-changes-nothing"}});
    const auto records = desk.records(audit::Action::access_denied);
    REQUIRE(records.size() == 1);
    CHECK(records[0].actor == "user:12345");
    CHECK(records[0].object == "steer-destination");
    CHECK(records[0].rule == "auditor-changes-nothing");
    CHECK(records[0].outcome == audit::Outcome::denied);
}

TEST_CASE("the record of the policies in force has their digest and number", "[access_gate]") {
    const auto event = policy_event(support::shipped_policy(), "start");
    CHECK(event.actor == "gateway");
    CHECK(event.details == support::shipped_policy().digest());
    CHECK(event.count == support::shipped_policy().size());
    CHECK(event.object == "start");
}

TEST_CASE("new policies and roles count from the next request", "[access_gate]") {
    Desk desk;
    AccessGate gate(*desk.store.writer, {}, policy::Decider(), nobody_asked, monday_noon);
    const auto status = gate.guard(route("GET", "/v1/status"));
    CHECK(ask(status, 0).status == 403);  // without a policy not even root
    gate.replace(roles, support::shipped_policy());
    CHECK(ask(status, 0).status == 200);
    CHECK(ask(status, 12345, {it_group}).status == 200);
}

}  // namespace edgeward::app
