#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

void admit(Desk& desk) {
    const auto admitted = desk.ask(
        "POST", {"v1", "persons"},
        R"({"identifiers":[{"value":"4711","authority":"KIS","type":"MR"}],"family":"Mustermann","sex":"female"})");
    REQUIRE(admitted.status == 200);
}

}  // namespace

TEST_CASE("a rectification says what changed and never to what", "[control_rights]") {
    Desk desk;
    admit(desk);
    const auto done =
        desk.ask("POST", {"v1", "persons", "rectify"},
                 R"({"patient":{"value":"4711","authority":"KIS"},"family":"Beispiel","sex":"female",)"
                 R"("add_identifiers":[{"value":"0815","authority":"KIS"}]})");
    REQUIRE(done.status == 200);
    CHECK(done.body.at("changed") == json{"family", "identifiers"});
    CHECK(done.body.at("recipients").empty());
    const auto subject = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    CHECK(desk.vault->subject_of({"0815", "KIS", "PI"})->pseudonym == subject);
    const auto records = desk.records(audit::Action::person_rectified);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");
    CHECK(records.front().object == "family identifiers");
    CHECK(records.front().subject == subject);

    const auto again = desk.ask("POST", {"v1", "persons", "rectify"},
                                R"({"patient":{"value":"4711","authority":"KIS"},"family":"Beispiel"})");
    CHECK(again.body.at("changed").empty());
    // The identifier asked by may be the one that goes.
    const auto removed = desk.ask("POST", {"v1", "persons", "rectify"},
                                  R"({"patient":{"value":"4711","authority":"KIS"},)"
                                  R"("remove_identifiers":[{"value":"4711","authority":"KIS"}]})");
    CHECK(removed.body.at("changed") == json{"identifiers"});
}

TEST_CASE("a rectification that is wrong is refused without repeating it", "[control_rights]") {
    Desk desk;
    admit(desk);
    for (
        const char* body :
        {"{}", R"({"patient":{"value":"4711","authority":"KIS"},"birth_date":"12.8.1964"})",
         R"({"patient":{"value":"4711","authority":"KIS"},"sex":"12.8.1964"})",
         R"({"patient":{"value":"4711","authority":"KIS"},"family":4})",
         R"({"patient":{"value":"4711","authority":"KIS"},"surname":"x"})",
         R"({"patient":{"value":"4711","authority":"KIS"},"add_identifiers":"x"})",
         R"({"patient":{"value":"4711","authority":"KIS"},"add_identifiers":[{"value":"1","authority":"?"}]})",
         R"({"patient":{"value":"4711","authority":"KIS"},"remove_identifiers":[{"value":"1","authority":"KIS"}]})",
         R"({"patient":{"value":"4712","authority":"KIS"},"family":"x"})"}) {
        INFO(body);
        const auto refused = desk.ask("POST", {"v1", "persons", "rectify"}, body);
        CHECK(refused.status == 400);
        CHECK(refused.message().find("12.8.1964") == std::string::npos);
    }
    CHECK(desk.records(audit::Action::person_rectified).empty());
    CHECK(*desk.vault->count_persons() == 1);
}

TEST_CASE("a restriction is set, listed and lifted, each with its record", "[control_rights]") {
    Desk desk;
    admit(desk);
    const auto subject = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    const std::string patient = R"({"patient":{"value":"4711","authority":"KIS"})";
    for (const char* rest : {"}", R"(,"reason":"because"})", R"(,"reason":"objection","reach":"some"})",
                             R"(,"reason":"objection","reach":"none"})"})
        CHECK(desk.ask("POST", {"v1", "persons", "restrict"}, patient + rest).status == 400);
    const auto set =
        desk.ask("POST", {"v1", "persons", "restrict"}, patient + R"(,"reason":"objection","reach":"all"})");
    REQUIRE(set.status == 200);
    CHECK(set.body.at("restriction") == 1);
    CHECK(set.body.at("recipients").empty());
    CHECK(desk.vault->subject(subject).value()->restriction == policy::Restriction::all);

    const auto listed = desk.ask("POST", {"v1", "persons", "restrictions"}, patient + "}");
    REQUIRE(listed.body.at("restrictions").size() == 1);
    const auto& one = listed.body.at("restrictions").at(0);
    CHECK(one.at("reach") == "all");
    CHECK(one.at("reason") == "objection");
    CHECK(one.at("actor") == "user:1000");
    CHECK(one.at("in_force") == true);
    CHECK(desk.records(audit::Action::restrictions_listed).size() == 1);

    CHECK(desk.ask("POST", {"v1", "restrictions", "1", "lift"}).body.at("lifted") == 1);
    CHECK(desk.ask("POST", {"v1", "restrictions", "1", "lift"}).status == 400);
    CHECK(desk.vault->subject(subject).value()->restriction == policy::Restriction::none);
    const auto changes = desk.records(audit::Action::restriction_changed);
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].object == "restrict 1 all");
    CHECK(changes[0].rule == "objection");
    CHECK(changes[1].object == "lift 1 all");
    CHECK(changes[1].subject == subject);
    CHECK(desk.ask("POST", {"v1", "persons", "restrict"},
                   R"({"patient":{"value":"9","authority":"KIS"},"reason":"objection"})")
              .status == 400);
    CHECK(*desk.vault->count_persons() == 1);
}

}  // namespace edgeward::app
