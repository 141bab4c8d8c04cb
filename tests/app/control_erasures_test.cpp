#include "control_erasures.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/policy/policy_files.hpp>

#include "access_gate.hpp"
#include "erasure_bench.hpp"

namespace edgeward::app {

TEST_CASE("every route of erasures has an action of its own that the schema knows", "[control_erasures]") {
    ErasureBench bench;
    const auto known = policy::administrative_actions();
    CHECK(bench.desk.routes.size() == 9);
    for (const auto& each : bench.desk.routes) {
        INFO(each.method << ' ' << each.pattern);
        const auto action = action_of(each.method, each.pattern);
        CHECK(action != "administer");
        CHECK(std::find(known.begin(), known.end(), action) != known.end());
    }
}

TEST_CASE("a preview says what would go and changes nothing", "[control_erasures]") {
    ErasureBench bench;
    bench.hold(2);
    bench.queue_for({"kis"});
    bench.measure(3);
    const auto seen = bench.desk.ask("POST", {"v1", "erasures", "preview"},
                                     std::string(R"({"patient":)") + ErasureBench::patient + "}");
    REQUIRE(seen.status == 200);
    CHECK(seen.body.at("vault").at("identifiers") == 1);
    CHECK(seen.body.at("reports") == 3);
    CHECK(seen.body.at("held_messages").size() == 2);
    CHECK(seen.body.at("undelivered").at("kis") == nlohmann::json{{"waiting", 3}, {"dead_lettered", 0}});
    CHECK(seen.body.at("obstacle") == "not delivered for treatment: kis: 3 waiting, 0 dead-lettered");
    CHECK(seen.body.dump().find("Canary") == std::string::npos);
    CHECK(bench.desk.vault->erasure_requests()->empty());
    CHECK(*bench.desk.vault->count_persons() == 2);
    const auto records = bench.desk.records(audit::Action::erasure_read);
    REQUIRE(records.size() == 1);
    CHECK(records[0].subject == bench.subject);
}

TEST_CASE("what treatment waits for is given up only by a word of its own", "[control_erasures]") {
    ErasureBench bench;
    bench.queue_for({"kis"});
    bench.measure(2);
    REQUIRE(bench.ask_for_it().status == 200);
    const auto refused = bench.approve(false);
    CHECK(refused.status == 409);
    CHECK(
        refused.message() ==
        "not delivered for treatment: kis: 2 waiting, 0 dead-lettered; let it be delivered, or approve with "
        "give_up_undelivered to destroy it");
    CHECK(bench.desk.vault->erasure_request(1)->state == vault::ErasureState::open);
    const auto done = bench.approve();
    REQUIRE(done.status == 200);
    const auto certificate = bench.certificate(done.body.at("certificate"));
    CHECK(certificate.counted("delivery kis") == 2);
    CHECK(bench.desk.records(audit::Action::erasure_approved).front().object ==
          "request 1, gives up what is undelivered");
    CHECK(bench.balances());
    const auto again = bench.desk.ask("GET", {"v1", "erasures", "1", "certificate"});
    CHECK(again.body.at("certificate") == done.body.at("certificate"));
    CHECK(bench.approve().status == 400);
}

TEST_CASE("requests are listed and rejected; holds set; listed and released", "[control_erasures]") {
    ErasureBench bench;
    const std::string patient = std::string(R"({"patient":)") + ErasureBench::patient;
    const auto hold = bench.desk.ask("POST", {"v1", "holds"}, patient + R"(,"reason":"retention_duty"})");
    REQUIRE(hold.status == 200);
    CHECK(bench.ask_for_it().status == 403);
    CHECK(bench.ask_for_it().message() ==
          "legal hold 1 forbids to erase the person: retention_duty, until it is released");
    const auto listed = bench.desk.ask("POST", {"v1", "holds", "list"}, patient + "}");
    CHECK(listed.body.at("holds").at(0).at("in_force") == true);
    CHECK(bench.desk.ask("POST", {"v1", "holds", "1", "release"}, "{}").status == 200);
    REQUIRE(bench.ask_for_it().status == 200);
    const auto requests = bench.desk.ask("GET", {"v1", "erasures"});
    CHECK(requests.body.at("erasures").at(0).at("requester") == "user:1000");
    CHECK(requests.body.at("erasures").at(0).at("state") == "open");
    CHECK(bench.desk.ask("POST", {"v1", "erasures", "1", "reject"}, R"({"reason":"not_entitled"})").status ==
          200);
    CHECK(bench.approve().status == 400);
    CHECK(bench.desk.records(audit::Action::legal_hold_changed).size() == 2);
    CHECK(bench.desk.records(audit::Action::erasure_rejected).front().rule == "not_entitled");
}

TEST_CASE("nobody is made by asking for an erasure", "[control_erasures]") {
    ErasureBench bench;
    const auto unknown = bench.desk.ask(
        "POST", {"v1", "erasures"}, R"({"patient":{"value":"1","authority":"KIS"},"reason":"objection"})");
    CHECK(unknown.status == 400);
    CHECK(unknown.message() == "the vault has no such person: erased or never known");
    CHECK(bench.desk.ask("POST", {"v1", "erasures", "x", "approve"}, "{}").status == 400);
    CHECK(*bench.desk.vault->count_persons() == 1);
}

TEST_CASE("who asked for an erasure is known by its number", "[control_erasures]") {
    ErasureBench bench;
    REQUIRE(bench.ask_for_it().status == 200);
    admin::HttpRequest request;
    request.path = {"v1", "erasures", "1", "approve"};
    const auto nobody = [](std::string_view) { return Result<std::int64_t>(0); };
    const auto asker = erasure_requester(*bench.desk.vault, nobody, request);
    REQUIRE(asker);
    CHECK(asker->uid == 1000);
    CHECK(asker->account.empty());
    request.path[2] = "2";
    CHECK(erasure_requester(*bench.desk.vault, nobody, request).error().kind == ErrorKind::invalid_input);
}

}  // namespace edgeward::app
