#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

const char* const erika =
    R"({"identifiers":[{"value":"4711","authority":"KIS","type":"MR"}],"family":"Mustermann",
        "given":"Erika","birth_date":"1964-08-12","sex":"female"})";

}  // namespace

TEST_CASE("admitting a person leaves a record under the pseudonym alone", "[control_persons]") {
    Desk desk;
    const auto admitted = desk.ask("POST", {"v1", "persons"}, erika);
    REQUIRE(admitted.status == 200);
    CHECK(admitted.body.at("admitted") == true);
    CHECK(*desk.vault->count_persons() == 1);
    const auto records = desk.records(audit::Action::person_admitted);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");
    CHECK(records.front().subject == desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym);
}

TEST_CASE("a person without usable identifiers is refused and nothing is written", "[control_persons]") {
    Desk desk;
    for (const char* body :
         {"", "[]", "{}", R"({"identifiers":[]})", R"({"identifiers":"4711"})", R"({"identifiers":["4711"]})",
          R"({"identifiers":[{"value":"4711"}]})", R"({"identifiers":[{"value":4711,"authority":"KIS"}]})",
          R"({"identifiers":[{"value":"4711","authority":"ELSEWHERE"}]})",
          R"({"identifiers":[{"value":"4711","authority":"KIS"}],"family":5})",
          R"({"identifiers":[{"value":"4711","authority":"KIS"}],"surname":"Mustermann"})"}) {
        const auto refused = desk.ask("POST", {"v1", "persons"}, body);
        CHECK(refused.status == 400);
        CHECK(refused.message().find("Mustermann") == std::string::npos);
    }
    CHECK(*desk.vault->count_persons() == 0);
    CHECK(desk.records(audit::Action::person_admitted).empty());
}

TEST_CASE("an association begins and ends and each leaves a record", "[control_persons]") {
    Desk desk;
    const auto begun = desk.ask("POST", {"v1", "associations"},
                                R"({"device":"monitor-1","patient":{"value":"4711","authority":"KIS"},)"
                                R"("from":"2026-11-23T08:00:00Z"})");
    REQUIRE(begun.status == 200);
    CHECK(begun.body.contains("association"));
    const auto again = desk.ask("POST", {"v1", "associations"},
                                R"({"device":"monitor-1","patient":{"value":"4712","authority":"KIS"},)"
                                R"("from":"2026-11-23T09:00:00Z"})");
    CHECK(again.status == 400);

    const std::string end = R"({"device":"monitor-1","until":"2026-11-23T18:00:00Z"})";
    CHECK(desk.ask("POST", {"v1", "associations", "end"}, end).body.at("ended") == true);
    CHECK(desk.ask("POST", {"v1", "associations", "end"}, end).status == 400);
    const auto listed = desk.ask("GET", {"v1", "associations", "monitor-1"});
    REQUIRE(listed.body.at("associations").size() == 1);
    const auto& one = listed.body.at("associations").at(0);
    CHECK(one.at("patient").at("value") == "4711");
    CHECK(one.at("from") == "2026-11-23T08:00:00.000Z");
    CHECK(one.at("until") == "2026-11-23T18:00:00.000Z");

    const auto subject = desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym;
    const auto changes = desk.records(audit::Action::association_changed);
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].object == "begin monitor-1");
    CHECK(changes[0].subject == subject);
    CHECK(changes[1].object == "end monitor-1");
    CHECK(changes[1].subject == subject);
    CHECK(desk.records(audit::Action::association_listed).size() == 1);
}

TEST_CASE("an association of a stranger or without a time is refused", "[control_persons]") {
    Desk desk;
    const std::string patient = R"("patient":{"value":"4711","authority":"KIS"})";
    for (const std::string& body :
         {R"({"device":"stranger",)" + patient + R"(,"from":"2026-11-23T08:00:00Z"})",
          R"({"device":"monitor-1",)" + patient + "}",
          R"({"device":"monitor-1",)" + patient + R"(,"from":"2026-11-23T08:00:00"})",
          R"({"device":"monitor-1",)" + patient + R"(,"from":"2026-11-23T08:00:00Z","until":1})",
          R"({"device":"monitor-1",)" + patient + R"(,"from":"2026-11-23T08:00:00Z","bed":"7"})",
          std::string(R"({"device":"monitor-1","patient":"4711","from":"2026-11-23T08:00:00Z"})")}) {
        CHECK(desk.ask("POST", {"v1", "associations"}, body).status == 400);
    }
    CHECK(desk.vault->associations("monitor-1")->empty());
    CHECK(desk.records(audit::Action::association_changed).empty());
}

}  // namespace edgeward::app
