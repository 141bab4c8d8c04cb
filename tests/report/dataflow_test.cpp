#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "sample.hpp"

using namespace edgeward::report;
using namespace edgeward::report::sample;
using nlohmann::json;

TEST_CASE("the Mermaid text has a line for every flow", "[dataflow]") {
    const auto text = dataflow_mermaid(installation(), Language::english);
    CHECK(text.starts_with("flowchart LR\n"));
    CHECK(has(text,
              "  source1[\"mqtt<br/>MQTT<br/>broker.example:8883\"] -->|\"TLS with certificates of both "
              "sides\"| intake\n"));
    CHECK(
        has(text,
            "  inspection -->|\"vital signs, laboratory<br/>TLS with certificates of both sides\"| "
            "destination2[\"registry<br/>HL7 v2, MLLP<br/>research, anonymised<br/>research and statistics, "
            "Art. 9(2)(j) GDPR, § 27 BDSG\"]\n"));
}

TEST_CASE("no name leaves its label in the Mermaid text", "[dataflow]") {
    const auto text = dataflow_mermaid(hostile(), Language::german);
    CHECK_FALSE(has(text, "<script"));
    // Quotes stand in pairs on every line, so none was ended by a name.
    std::size_t quotes = 0;
    for (const char c : text) {
        if (c == '"') ++quotes;
        if (c != '\n') continue;
        CHECK(quotes % 2 == 0);
        quotes = 0;
    }
}

TEST_CASE("the JSON says everything by the words of the configuration", "[dataflow]") {
    const auto made = json::parse(dataflow_json(installation(), Language::german));
    CHECK(made["paper"] == "dataflow");
    CHECK(made["version"] == 1);
    CHECK(made["sources"].size() == 2);
    REQUIRE(made["destinations"].size() == 2);
    CHECK(made["destinations"][1]["identity_level"] == "anonymised");
    CHECK(made["destinations"][1]["legal_basis"] == "art9-2j");
    CHECK(made["destinations"][1]["data_classes"] == json({"vital_sign", "laboratory"}));
    CHECK(made["destinations"][1]["retention_hours"] == 87600);
    CHECK(json::parse(dataflow_json(hostile(), Language::german)).is_object());
}

TEST_CASE("the page has the picture and a table, whatever the names", "[dataflow][integration]") {
    const auto language = GENERATE(Language::german, Language::english);
    const auto page = dataflow_html(installation(), language);
    CHECK(has(page, "<svg"));
    for (const char* kind : {"html", "xml"})
        CHECK(has(texts_in(page, kind), "registry"));
    const auto evil = dataflow_html(hostile(), language);
    CHECK_FALSE(has(evil, "<script"));
    CHECK(has(texts_in(evil, "html"), "<script>alert('x')</script>"));
}
