#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "sample.hpp"

using namespace edgeward::report;
using namespace edgeward::report::sample;
using nlohmann::json;

TEST_CASE("each item says whether it is proven, by what and when", "[compliance]") {
    const auto made = json::parse(compliance_json(installation(), Language::english));
    CHECK(made["paper"] == "compliance");
    CHECK(made["measured"] == "2026-11-26T08:00:00.000Z");
    CHECK(made["proven"] == 17);
    CHECK(made["items"].size() == 24);
    for (const auto& item : made["items"]) {
        CHECK(item["when"].is_null() != item["proven"].get<bool>());
        CHECK_FALSE(item["evidence"].get<std::string>().empty());
    }
    auto unmeasured = installation();
    unmeasured.measured.reset();
    CHECK(json::parse(compliance_json(unmeasured, Language::english))["measured"].is_null());
}

TEST_CASE("the page says the verdict with the time of the measurement", "[compliance][integration]") {
    const auto german = texts_in(compliance_html(installation(), Language::german), "html");
    CHECK(has(german, "nachgewiesen durch diese Messung, 2026-11-26T08:00:00.000Z"));
    CHECK(has(german, "nicht nachgewiesen"));
    CHECK(has(german, "17 von 24 Punkten"));
    CHECK(has(german, "monitor-1"));
    const auto english = texts_in(compliance_html(installation(), Language::english), "xml");
    CHECK(has(english, "proven by this measurement, 2026-11-26T08:00:00.000Z"));
    CHECK(has(english, "not proven"));
}

TEST_CASE("no name breaks the checklist", "[compliance][integration]") {
    const auto language = GENERATE(Language::german, Language::english);
    const auto page = compliance_html(hostile(), language);
    CHECK_FALSE(has(page, "<script"));
    CHECK(has(texts_in(page, "html"), "<script>alert('x')</script>"));
    CHECK(json::parse(compliance_json(hostile(), language)).is_object());
}
