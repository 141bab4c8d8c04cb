#include <catch2/catch_test_macros.hpp>

#include <edgeward/audit/verifier.hpp>

#include "desk.hpp"

namespace edgeward::app {

TEST_CASE("an export announces itself and verifies with the key given out", "[control_audit]") {
    Desk desk;
    desk.take_in("{");
    const auto announced = desk.ask("POST", {"v1", "audit", "export"});
    REQUIRE(announced.status == 200);
    const auto newest = announced.body.at("newest").get<std::uint64_t>();
    CHECK(announced.body.at("origin").get<std::string>().starts_with("edgeward/"));
    const auto records = desk.records(audit::Action::audit_exported);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");

    const auto page = desk.ask("GET", {"v1", "audit", "export"});
    REQUIRE(page.status == 200);
    CHECK(page.body.at("last") == newest);
    const auto key = desk.ask("GET", {"v1", "audit", "key"});
    const auto parsed = crypto::parse_public_key(key.body.at("public_key").get<std::string>());
    REQUIRE(parsed);
    audit::VerifierSettings settings;
    settings.key = *parsed;
    settings.anchors = {announced.body.at("checkpoint").get<std::string>()};
    auto verifier = audit::Verifier::open(std::move(settings));
    REQUIRE(verifier);
    verifier->feed(page.body.at("text").get<std::string>());
    const auto verdict = verifier->finish();
    CHECK(audit::exit_code(verdict) == 0);
    CHECK(verdict.anchors_matched == 1);
    CHECK(verdict.proven == newest);
}

TEST_CASE("an export comes in pages and ends after the newest record", "[control_audit]") {
    Desk desk;
    for (int i = 0; i < 3; ++i)
        REQUIRE(desk.ask("POST", {"v1", "audit", "export"}).status == 200);
    const auto page = desk.ask("GET", {"v1", "audit", "export"}, {}, {{"first", "2"}, {"most", "1"}});
    CHECK(page.body.at("last") == 2);
    const auto beyond = desk.ask("GET", {"v1", "audit", "export"}, {}, {{"first", "1000"}});
    CHECK(beyond.body.at("last") == 0);
    CHECK(desk.ask("GET", {"v1", "audit", "export"}, {}, {{"first", "x"}}).status == 400);
    CHECK(desk.ask("GET", {"v1", "audit", "export"}, {}, {{"most", "-1"}}).status == 400);
}

}  // namespace edgeward::app
