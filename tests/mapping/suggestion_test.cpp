#include <filesystem>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/mapping/mapping.hpp>

#include "sample_message.hpp"
#include "sparkplug_sample.hpp"
#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

// What the draft makes of its own sample.
MappedMessage mapped(const std::string& sample) {
    const auto draft = suggest(sample, "draft").value();
    INFO(draft.toml);
    const auto loaded = parse_mapping(draft.toml, "draft.toml");
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(loaded.problems.empty());
    model::RawMessage message;
    message.topic = "devices/x/data";
    message.payload.assign(sample.begin(), sample.end());
    message.received = parse_rfc3339("2026-11-26T08:00:00Z")->utc;
    auto made = loaded.set.find("draft")->apply(message, {"x", true, "Europe/Berlin"});
    REQUIRE(made);
    return *std::move(made);
}

std::size_t observations(const MappedMessage& message) {
    std::size_t count = 0;
    for (const auto& report : message.reports)
        count += report.observations.size();
    return count;
}

}  // namespace

// The sample was made by Eclipse Tahu's library, see sparkplug_sample.hpp.
TEST_CASE("a draft is made from a Sparkplug payload too", "[suggestion]") {
    const Bytes birth = sample::sparkplug("device_birth");
    const auto draft = suggest(text_of(birth), "gateway");
    REQUIRE(draft);
    CHECK(draft->toml.find("format = \"sparkplug\"\n") != std::string::npos);
    CHECK(draft->toml.find("\"HR\" = { parameter = \"heart_rate\" }") != std::string::npos);
    CHECK(draft->toml.find("62.8") == std::string::npos);
    CHECK(draft->guessed >= 2);
    const auto loaded = parse_mapping(draft->toml, "draft.toml");
    REQUIRE(loaded.problems.empty());
    const auto mapped = loaded.set.find("gateway")->apply(
        sample::sparkplug_message("spBv1.0/g/DBIRTH/n/d", birth), {"d", true, "UTC"});
    REQUIRE(mapped);
    REQUIRE(mapped->reports.size() == 1);
    CHECK(sample::quantity(mapped->reports.front().observations.front()) == "62.8 /min");
}

TEST_CASE("a draft reads its own sample", "[suggestion]") {
    const std::string sample =
        R"({"ts":"2026-11-23T19:48:00+01:00","pid":"4711","seq":9,"HR":62.8,"SpO2":98,"Temp":"99.1","foo":7})";
    const auto draft = suggest(sample, "ward_7").value();
    CHECK(draft.guessed == 3);
    CHECK(draft.open == 1);
    CHECK(draft.toml.find("name = \"ward_7\"") != std::string::npos);
    CHECK(draft.toml.find("# GUESS from its name: Heart rate (ECG)") != std::string::npos);
    CHECK(draft.toml.find("# OPEN: \"$.foo\" is a number") != std::string::npos);
    CHECK(draft.toml.find("unit = \"[degF]\"") != std::string::npos);
    CHECK(draft.toml.find("# [patient]") != std::string::npos);
    const auto message = mapped(sample);
    CHECK(observations(message) == 3);
    CHECK_FALSE(message.reports.at(0).patient);  // only once somebody says whose identifiers these are
    CHECK(message.reports.at(0).observations.at(0).effective.utc ==
          parse_rfc3339("2026-11-23T18:48:00Z")->utc);
}

TEST_CASE("no value of a sample stands in the draft", "[suggestion]") {
    const auto draft =
        suggest(R"({"pid":"KANARIE-1","name":"Zwitscherling","HR":62.83,"t":"2026-11-23T19:48:00Z",
        "a":[{"who":"Kanarilda","HR":61.5}]})",
                "draft")
            .value();
    for (const char* value : {"KANARIE", "Zwitscherling", "62.83", "61.5", "Kanarilda", "2026"})
        CHECK(draft.toml.find(value) == std::string::npos);
}

TEST_CASE("readings with codes and units become tables", "[suggestion]") {
    const auto message = mapped(R"({"time":1795459680,"values":[{"code":"T1","v":98.6,"u":"degF"},
        {"code":"HR","v":60,"u":"bpm"},{"code":"XYZ","v":1,"u":"furlong"}]})");
    CHECK(observations(message) == 2);
    // A parameter whose unit differs from use to use waits for a person.
    CHECK(suggest(R"({"values":[{"code":"157924","v":1,"u":"mL/h"}],"svri":{"value":3,"unit":"mL/h"}})",
                  "draft")
              .value()
              .guessed == 0);
    const auto draft = suggest(R"({"values":[{"code":"XYZ","v":1}]})", "draft").value();
    CHECK(draft.guessed == 0);
    CHECK(draft.toml.find("format = \"receipt\"") != std::string::npos);
}

TEST_CASE("a pack of SenML is drafted as one", "[suggestion]") {
    CHECK(observations(mapped(R"([{"bn":"urn:dev:mac:0024befffe804ff1:","bt":1700000000,"n":"heart_rate",
        "u":"/min","v":71},{"n":"spo2","u":"%","v":97}])")) == 2);
}

TEST_CASE("hostile names stay in their strings", "[suggestion]") {
    const auto message = mapped(
        R"({"time":1795459680,"values":[{"code":"HR","v":60,"u":"bpm"},{"code":"x\"]\n[mapping]\nname=\"y","v":1,"u":"\u0007"}],
            "a b":{"HR":1},"it's":2,"\"\n[evil]":3})");
    CHECK(observations(message) >= 1);
}

TEST_CASE("what cannot be drafted from says why", "[suggestion]") {
    CHECK(suggest("{", "draft").error().message.starts_with("invalid_json"));
    CHECK(suggest("7", "draft").error().message == "expected a JSON object or array");
    CHECK(suggest("{}", "a name").error().message == "name: expected 1 to 64 of letters, digits, _ and -");
    CHECK(suggest("{}", "draft").value().guessed == 0);
}

// Published payloads, where they are at hand.
TEST_CASE("drafts of published payloads are mappings", "[suggestion]") {
    const std::filesystem::path folder(std::string(EDGEWARD_SOURCE_DIR) + "/../shared/data/iomt-device-json");
    if (!std::filesystem::exists(folder)) SKIP("the published payloads are not at hand");
    std::size_t drafted = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        if (!name.ends_with("Payload.json") && !name.ends_with("Example.json")) continue;
        INFO(name);
        auto sample = support::text_of_file(entry.path());
        if (sample.starts_with("\xEF\xBB\xBF")) sample.erase(0, 3);
        const auto draft = suggest(sample, "draft");
        REQUIRE(draft);
        CHECK(draft->guessed > 0);
        CHECK(observations(mapped(sample)) > 0);
        ++drafted;
    }
    CHECK(drafted >= 5);
}
