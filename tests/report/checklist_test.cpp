#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "sample.hpp"

using namespace edgeward;
using namespace edgeward::report;
using namespace edgeward::report::sample;

namespace {

std::set<std::string> proven_in(const Installation& installation) {
    std::set<std::string> ids;
    for (const auto& one : judge(installation, Language::english))
        if (one.proven) ids.emplace(one.id);
    return ids;
}

const Finding& find(const std::vector<Finding>& findings, std::string_view id) {
    return *std::find_if(findings.begin(), findings.end(), [&](const Finding& one) { return one.id == id; });
}

}  // namespace

TEST_CASE("what people have to do is never proven by a program", "[checklist]") {
    const auto findings = judge(installation(), Language::english);
    for (const char* id : {"D4", "A3", "E4", "I5", "P1", "P2", "P3"}) {
        CAPTURE(id);
        CHECK_FALSE(find(findings, id).proven);
        CHECK(find(findings, id).when.empty());
        CHECK(find(findings, id).how.empty());
        CHECK_FALSE(find(findings, id).evidence.empty());
    }
}

TEST_CASE("a sound installation that was measured proves all that can be", "[checklist]") {
    CHECK(proven_in(installation()) == std::set<std::string>{"D1", "D2", "D3", "F1", "F2", "F3", "F4", "F5",
                                                             "A1", "A2", "E1", "E2", "E3", "I1", "I2", "I3",
                                                             "I4"});
    for (const auto& one : judge(installation(), Language::english)) {
        CAPTURE(one.id);
        CHECK(one.proven != one.when.empty());
        CHECK_FALSE(one.statement.empty());
    }
}

TEST_CASE("without a measurement only the configuration proves anything", "[checklist]") {
    auto unmeasured = installation();
    unmeasured.measured.reset();
    CHECK(proven_in(unmeasured) == std::set<std::string>{"D1", "D2", "F1", "F2", "F3", "A2", "E1"});
    const auto findings = judge(unmeasured, Language::german);
    CHECK(has(find(findings, "F4").evidence, "nicht gemessen"));
    CHECK(find(findings, "F4").how == "edgeward books");
}

TEST_CASE("each thing that is wrong takes its own proof away and no other", "[checklist]") {
    const auto all = proven_in(installation());
    const std::map<std::string, std::function<void(Installation&)>> wrongs{
        {"D2", [](Installation& one) { one.devices[0].identified = false; }},
        {"D3", [](Installation& one) { one.measured->devices_in_trouble = 1; }},
        {"F2", [](Installation& one) { one.destinations[0].retention = {}; }},
        {"F3", [](Installation& one) { one.destinations[1].detectors_off = {"name"}; }},
        {"F4", [](Installation& one) { one.measured->books_balance = false; }},
        {"F5", [](Installation& one) { one.measured->settings_that_differ = 1; }},
        {"A1", [](Installation& one) { one.measured->policies = "bb22"; }},
        {"A2", [](Installation& one) { one.roles.pop_back(); }},
        {"E1", [](Installation& one) { one.destinations[0].encrypted = false; }},
        {"E2", [](Installation& one) { one.measured->encryption_holds = false; }},
        {"E3", [](Installation& one) { one.measured->certificates[0].days_left = 29; }},
        {"I1", [](Installation& one) { one.measured->backup_verified.clear(); }},
        {"I2", [](Installation& one) { one.measured->audit_checkpoint = 0; }},
        {"I3", [](Installation& one) { one.measured->outage_hours = 23.9; }},
        {"I4", [](Installation& one) { one.measured->not_ready = {"store"}; }},
    };
    for (const auto& [id, spoil] : wrongs) {
        CAPTURE(id);
        auto spoiled = installation();
        spoil(spoiled);
        auto expected = all;
        expected.erase(id);
        CHECK(proven_in(spoiled) == expected);
    }
}

TEST_CASE("a technical destination needs no promise and an empty installation proves nothing",
          "[checklist]") {
    auto technical = installation();
    technical.destinations[0].level = model::IdentityLevel::technical;
    technical.destinations[0].retention = {};
    CHECK(proven_in(technical).contains("F2"));
    CHECK(proven_in(Installation{}).empty());
}
