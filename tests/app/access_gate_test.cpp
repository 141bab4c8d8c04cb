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
    AccessGate gate(*desk.store.writer, roles, support::shipped_policy());
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

TEST_CASE("a denied request is answered clearly and audited", "[access_gate]") {
    Desk desk;
    AccessGate gate(*desk.store.writer, roles, support::shipped_policy());
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
    AccessGate gate(*desk.store.writer, {}, policy::Decider());
    const auto status = gate.guard(route("GET", "/v1/status"));
    CHECK(ask(status, 0).status == 403);  // without a policy not even root
    gate.replace(roles, support::shipped_policy());
    CHECK(ask(status, 0).status == 200);
    CHECK(ask(status, 12345, {it_group}).status == 200);
}

}  // namespace edgeward::app
