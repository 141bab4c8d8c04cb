#include <catch2/catch_test_macros.hpp>

#include <edgeward/fhir/bundle.hpp>

using namespace edgeward;

TEST_CASE("bundle settings are read from their table", "[bundle_settings]") {
    auto document = config::Document::parse(R"(
profiles = "isik"
conditional_form = "with_type"
device_system = "urn:oid:1.2.3"
pseudonym_system = "https://a.example/p"
)",
                                            "test.toml");
    const auto settings = fhir::read_bundle_settings(document.root());
    document.refuse_unread_keys();
    CHECK(document.problems().empty());
    CHECK(settings.profiles == fhir::ProfileSet::isik);
    CHECK(settings.conditional == fhir::ConditionalForm::with_type);
    CHECK(settings.device_system == "urn:oid:1.2.3");
    CHECK(settings.pseudonym_system == "https://a.example/p");
    CHECK(settings.visit_system.empty());
}

TEST_CASE("a system that is no URI is a problem", "[bundle_settings]") {
    auto document = config::Document::parse("device_system = \"devices\"\n", "test.toml");
    static_cast<void>(fhir::read_bundle_settings(document.root()));
    REQUIRE(document.problems().size() == 1);
    CHECK(document.problems()[0].path == "device_system");
}

TEST_CASE("a missing device system is a problem", "[bundle_settings]") {
    auto document = config::Document::parse("profiles = \"base\"\n", "test.toml");
    static_cast<void>(fhir::read_bundle_settings(document.root()));
    CHECK_FALSE(document.sound());
}
