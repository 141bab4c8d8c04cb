#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "sample.hpp"

using namespace edgeward;
using namespace edgeward::report;
using namespace edgeward::report::sample;
using nlohmann::json;

namespace {

Installation with_vendor() {
    auto made = installation();
    made.destinations.push_back(
        destination("research-db", model::Purpose::research, model::IdentityLevel::pseudonymous, "consent"));
    made.destinations.push_back(
        destination("vendor", model::Purpose::maintenance, model::IdentityLevel::technical, "none"));
    made.destinations[2].data_classes = {model::Category::measurement, model::Category::technical};
    return made;
}

}  // namespace

TEST_CASE("patients are told in their words who gets what", "[patient_information][integration]") {
    const auto german = texts_in(patient_information_html(with_vendor(), Language::german), "html");
    CHECK(has(german, "Was mit Ihren Messwerten geschieht"));
    CHECK(has(german, "mit Ihrem Namen und Ihrer Patientennummer"));
    CHECK(has(german, "nur wenn und solange Sie eingewilligt haben"));
    CHECK(has(german, "Vitalwerte, Messwerte, Laborwerte."));
    CHECK(has(german, "nach den Fristen des Empfängers"));
    CHECK(has(german, "30 Tage."));
    CHECK(has(german, "Aufsichtsbehörde (Art. 77)"));
    const auto english = texts_in(patient_information_html(with_vendor(), Language::english), "xml");
    CHECK(has(english, "your treatment: values go into your patient record"));
    CHECK(has(english, "3650 days"));
    CHECK(has(english, "Withdrawal of consent (Art. 7)"));
    CHECK(has(english, "As of: 2026-11-26"));
}

TEST_CASE("no address, device or technical receiver is on the sheet", "[patient_information]") {
    const auto language = GENERATE(Language::german, Language::english);
    for (const auto& text : {patient_information_html(with_vendor(), language),
                             patient_information_json(with_vendor(), language)}) {
        CHECK_FALSE(has(text, "kis.example"));
        CHECK_FALSE(has(text, "broker.example"));
        CHECK_FALSE(has(text, "monitor-1"));
        CHECK_FALSE(has(text, "vendor"));
    }
}

TEST_CASE("patient administration is named only where it is a source", "[patient_information]") {
    auto made = installation();
    CHECK_FALSE(has(patient_information_html(made, Language::english), "patient administration"));
    made.sources.push_back({"adt", "HL7 v2 ADT, MLLP", "127.0.0.1:2575", true, false});
    CHECK(has(patient_information_html(made, Language::english), "patient administration"));
    CHECK_FALSE(has(patient_information_html(made, Language::english), "Besides, technical data"));
}

TEST_CASE("the sheet for programs says the same", "[patient_information]") {
    const auto made = json::parse(patient_information_json(with_vendor(), Language::english));
    REQUIRE(made["receivers"].size() == 3);
    CHECK(made["receivers"][0]["identity_level"] == "identified");
    CHECK(made["receivers"][2]["legal_basis"] == "consent");
    CHECK(made["data_classes"] == json{"vital_sign", "measurement", "laboratory"});
    CHECK(made["kept_here_hours"] == 720);
    CHECK(made["controller"].is_null());
    CHECK(made["rights"].size() == 6);
}

TEST_CASE("no name breaks the sheet", "[patient_information][integration]") {
    const auto language = GENERATE(Language::german, Language::english);
    const auto page = patient_information_html(hostile(), language);
    CHECK_FALSE(has(page, "<script"));
    CHECK(has(texts_in(page, "xml"), "<script>alert('x')</script>"));
    CHECK(json::parse(patient_information_json(hostile(), language)).is_object());
}
