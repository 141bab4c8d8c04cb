#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "sample.hpp"

using namespace edgeward::report;
using namespace edgeward::report::sample;
using nlohmann::json;

TEST_CASE("the record has what Art 30 asks for and leaves open what nobody told", "[processing]") {
    const auto made = json::parse(processing_json(installation(), Language::german));
    for (const char* unknown : {"controller", "data_protection_officer", "third_countries"}) {
        REQUIRE(made.contains(unknown));
        CHECK(made[unknown].is_null());
    }
    REQUIRE(made["activities"].size() == 2);
    CHECK(made["activities"][0]["recipient"] == "kis");
    CHECK(made["activities"][0]["purpose"] == "treatment");
    CHECK(made["activities"][0]["data_subjects"] == "Patientinnen und Patienten");
    CHECK(made["activities"][0]["retention_hours"] == 87600);
    CHECK(made["kept_here"][0]["time"] == "30 Tage");
    CHECK(made["kept_here"][3]["time"] == "36 Stunden");
    CHECK(made["measures"].size() == 7);
}

TEST_CASE("the page can be read by others in both languages", "[processing][integration]") {
    const auto german = texts_in(processing_html(installation(), Language::german), "html");
    CHECK(has(german, "Verzeichnis von Verarbeitungstätigkeiten (Art. 30 Abs. 1 DSGVO)"));
    CHECK(has(german, "Verantwortlicher, Name und Kontakt"));
    CHECK(has(german, "3650 Tage (erklärt)"));
    const auto english = texts_in(processing_html(installation(), Language::english), "xml");
    CHECK(has(english, "Controller, name and contact"));
    CHECK(has(english, "3650 days (declared)"));
}

TEST_CASE("what was not promised is not claimed", "[processing]") {
    auto silent = installation();
    silent.destinations[0].retention = {};
    silent.destinations[0].wards = {"ITS1", "ITS2"};
    const auto page = processing_html(silent, Language::english);
    CHECK(has(page, "nothing declared"));
    CHECK(has(page, "patients of wards ITS1, ITS2"));
}

TEST_CASE("no name breaks the record", "[processing][integration]") {
    const auto language = GENERATE(Language::german, Language::english);
    const auto page = processing_html(hostile(), language);
    CHECK_FALSE(has(page, "<script"));
    CHECK(has(texts_in(page, "xml"), "<script>alert('x')</script>"));
    CHECK(json::parse(processing_json(hostile(), language)).is_object());
}
