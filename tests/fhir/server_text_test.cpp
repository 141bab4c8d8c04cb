#include <edgeward/fhir/server_text.hpp>

#include <set>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using nlohmann::json;

TEST_CASE("an OperationOutcome says what is wrong", "[server_text]") {
    const auto outcome = json::parse(operation_outcome("not-found", "there is no \"such\" resource"));
    CHECK(outcome.at("resourceType") == "OperationOutcome");
    CHECK(outcome.at("issue").at(0).at("severity") == "error");
    CHECK(outcome.at("issue").at(0).at("code") == "not-found");
    CHECK(outcome.at("issue").at(0).at("diagnostics") == "there is no \"such\" resource");
}

TEST_CASE("a searchset names what was found and where it goes on", "[server_text]") {
    const std::vector<Served> found{{"a", R"({"resourceType":"Device","id":"a"})"},
                                    {"b", R"({"resourceType":"Device","id":"b"})"}};
    SearchSet set{"https://g.example/fhir", "Device", found, "https://g.example/fhir/Device?_count=2"};
    set.next = "https://g.example/fhir/Device?_count=2&_page=0.1.0";
    const auto bundle = json::parse(search_set(set));
    CHECK(bundle.at("type") == "searchset");
    CHECK_FALSE(bundle.contains("total"));
    REQUIRE(bundle.at("entry").size() == 2);
    CHECK(bundle.at("entry").at(1).at("fullUrl") == "https://g.example/fhir/Device/b");
    CHECK(bundle.at("entry").at(1).at("resource").at("id") == "b");
    CHECK(bundle.at("entry").at(1).at("search").at("mode") == "match");
    CHECK(bundle.at("link").at(1).at("relation") == "next");
}

TEST_CASE("a search that finds nothing has no entries", "[server_text]") {
    SearchSet set{"https://g.example/fhir", "Device", {}, "https://g.example/fhir/Device"};
    set.total = 0;
    const auto bundle = json::parse(search_set(set));
    CHECK(bundle.at("total") == 0);
    CHECK_FALSE(bundle.contains("entry"));
    CHECK(bundle.at("link").size() == 1);
}

// What ISiKCapabilityStatementVitalparameterServerHospital 4.0.0 asks of a server, less what
// docs/fhir-server.md names as missing.
TEST_CASE("the statement has the interactions and parameters of ISiK Vitalparameter", "[server_text]") {
    const auto statement =
        json::parse(capability_statement({"https://g.example/fhir", "1.2.3", samples::measured_at().utc}));
    CHECK(statement.at("fhirVersion") == "4.0.1");
    CHECK(statement.at("software").at("version") == "1.2.3");
    const auto& observation = statement.at("rest").at(0).at("resource").at(0);
    CHECK(observation.at("type") == "Observation");
    std::set<std::string> parameters;
    for (const auto& one : observation.at("searchParam"))
        parameters.insert(one.at("name"));
    CHECK(parameters == std::set<std::string>{"_id", "category", "status", "date", "code", "patient",
                                              "subject", "encounter", "combo-code", "component-code"});
    std::set<std::string> interactions;
    for (const auto& one : observation.at("interaction"))
        interactions.insert(one.at("code"));
    CHECK(interactions == std::set<std::string>{"read", "search-type"});
}
