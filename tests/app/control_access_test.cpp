#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

const std::string asked = R"({"patient":{"value":"4711","authority":"KIS"},"reason":"art15_request"})";

struct Held : Desk {
    Held() {
        pipeline.replace(catalogue("flat"));
        const std::string erika =
            R"({"identifiers":[{"value":"4711","authority":"KIS"}],"family":"Mustermann","given":"Erika"})";
        REQUIRE(ask("POST", {"v1", "persons"}, erika).status == 200);
        take_in(R"({"t":"2026-11-23T12:00:00Z","p":"4711","hr":62})");
        take_in(R"({"t":"2026-11-23T12:00:01Z","p":"0815","hr":99})");
        take_in(R"({"t":"no time","p":"4711","hr":63})");
        take_in(R"({"t":"no time","p":"0815","hr":63})");
    }
};

}  // namespace

TEST_CASE("everything held of a person is told with a record first", "[control_access]") {
    Held desk;
    const auto head = desk.ask("POST", {"v1", "persons", "access"}, asked);
    REQUIRE(head.status == 200);
    CHECK(head.body.at("known") == true);
    CHECK(head.body.at("person").at("family") == "Mustermann");
    CHECK(head.body.at("person").at("identifiers").at(0).at("system") == "https://kis.example/patient");
    REQUIRE(head.body.at("quarantine").size() == 1);
    CHECK(head.body.at("quarantine").at(0).at("messages") == 1);
    CHECK(head.body.at("consents").at("documents").empty());
    CHECK(head.body.at("keeping").contains("measurements_days"));
    CHECK(head.body.dump().find("0815") == std::string::npos);
    const auto records = desk.records(audit::Action::person_accessed);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");
    CHECK(records.front().rule == "art15_request");
    CHECK(records.front().object == "person");
    CHECK(records.front().subject == desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym);
}

TEST_CASE("measurements come in pages and are that person's alone", "[control_access]") {
    Held desk;
    const auto page = desk.ask("POST", {"v1", "persons", "access", "reports"}, asked);
    REQUIRE(page.status == 200);
    CHECK(page.body.at("next") == nullptr);
    REQUIRE(page.body.at("reports").size() == 1);
    const auto& observation = page.body.at("reports").at(0).at("observations").at(0);
    CHECK(observation.at("value") == "62 /min");
    CHECK(observation.at("time") == "2026-11-23T12:00:00.000Z");
    std::map<std::string, int> types;
    for (const auto& entry : page.body.at("entries"))
        ++types[entry.at("resource").at("resourceType").get<std::string>()];
    CHECK(types == std::map<std::string, int>{{"Patient", 1}, {"Device", 1}, {"Observation", 1}});
    CHECK(page.body.dump().find("99 /min") ==
          std::string::npos);  // the other person's; digests may hold digits
    CHECK(page.body.dump().find("\"value\":99") == std::string::npos);
    const auto records = desk.records(audit::Action::person_accessed);
    REQUIRE(records.size() == 1);
    CHECK(records.front().object == "measurements");
    CHECK(records.front().count == 1);
    const std::string beyond =
        R"({"patient":{"value":"4711","authority":"KIS"},"reason":"other","subject":0,"after":1000})";
    CHECK(desk.ask("POST", {"v1", "persons", "access", "reports"}, beyond).body.at("reports").empty());
    CHECK(desk.records(audit::Action::person_accessed).size() == 1);
}

TEST_CASE("nobody is made and nothing told without a reason", "[control_access]") {
    Desk desk;
    const auto nobody = desk.ask("POST", {"v1", "persons", "access"}, asked);
    CHECK(nobody.body == json{{"known", false}});
    CHECK(desk.ask("POST", {"v1", "persons", "access", "reports"}, asked).body.at("reports").empty());
    for (const char* body : {R"({"patient":{"value":"4711","authority":"KIS"}})",
                             R"({"patient":{"value":"4711","authority":"KIS"},"reason":"curiosity"})",
                             R"({"patient":{"value":"4711","authority":"ELSEWHERE"},"reason":"other"})"}) {
        CHECK(desk.ask("POST", {"v1", "persons", "access"}, body).status == 400);
    }
    CHECK(desk.ask("POST", {"v1", "persons", "access", "reports"},
                   R"({"patient":{"value":"4711","authority":"KIS"},"reason":"other","after":-1})")
              .status == 400);
    CHECK(*desk.vault->count_persons() == 0);
    CHECK(desk.records(audit::Action::person_accessed).empty());
}

}  // namespace edgeward::app
