#include <catch2/catch_test_macros.hpp>

#include <edgeward/fhir/alert_bundle.hpp>
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

TEST_CASE("settings of alarms are those that alarms have", "[bundle_settings]") {
    auto document = config::Document::parse("device_system = \"urn:oid:1.2.3\"\nsource = \"urn:oid:1.2.4\"\n",
                                            "test.toml");
    const auto settings = fhir::read_alert_settings(document.root());
    document.refuse_unread_keys();
    CHECK(document.sound());
    CHECK(settings.device_system == "urn:oid:1.2.3");
    CHECK(settings.source == "urn:oid:1.2.4");
    auto other = config::Document::parse(
        "device_system = \"urn:oid:1.2.3\"\npseudonym_system = \"urn:oid:1.2.4\"\n", "test.toml");
    static_cast<void>(fhir::read_alert_settings(other.root()));
    other.refuse_unread_keys();
    CHECK_FALSE(other.sound());
}

TEST_CASE("an ISiK report needs the system of cases and the profiles of ISiK", "[bundle_settings]") {
    const auto problems = [](const std::string& more) {
        auto document = config::Document::parse(
            "device_system = \"urn:oid:1\"\nform = \"isik_report\"\n" + more, "x.toml");
        static_cast<void>(fhir::read_bundle_settings(document.root()));
        std::vector<std::string> paths;
        for (const auto& problem : document.problems())
            paths.push_back(problem.path);
        return paths;
    };
    CHECK(problems("profiles = \"isik\"\naccount_system = \"urn:oid:2\"\n").empty());
    CHECK(problems("profiles = \"isik\"\n") == std::vector<std::string>{"account_system"});
    CHECK(problems("account_system = \"urn:oid:2\"\n") == std::vector<std::string>{"profiles"});
}
