#include <edgeward/fhir/report_document.hpp>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;
using nlohmann::json;

namespace {

BundleSettings report_settings() {
    auto made = settings(ProfileSet::isik);
    made.form = BundleForm::isik_report;
    made.account_system = "https://hospital.example/case";
    return made;
}

Result<Bundle> document(const model::Report& what, const model::Identity& who) {
    return render_report_document(report_settings(), {&what, {&who}, device()}, uuid_of);
}

}  // namespace

// ISiK Basismodul 4.0.3: ISiKBerichtBundle and ISiKBerichtSubSysteme.
TEST_CASE("a report is a document about a patient and a case", "[report_document]") {
    const auto who = person();
    REQUIRE_FALSE(who.visit_number.empty());
    const auto what = report({heart_rate(), pressure(7, 150021, 0, "120"), pressure(8, 150021, 1, "80")});
    const auto made = document(what, who);
    REQUIRE(made);
    const auto bundle = json::parse(made->body);
    CHECK(bundle.at("type") == "document");
    CHECK(bundle.at("identifier").at("value") == "urn:uuid:" + made->identifier);
    CHECK(bundle.contains("timestamp"));
    REQUIRE(bundle.at("entry").size() == 6);
    CHECK(made->entries == 6);
    const auto& composition = bundle.at("entry").at(0).at("resource");
    CHECK(composition.at("resourceType") == "Composition");
    CHECK(composition.at("text").at("status") == "extensions");
    CHECK(composition.at("type").at("text") == "Ger\u00E4temesswerte");
    CHECK(composition.at("subject").at("reference") == bundle.at("entry").at(1).at("fullUrl"));
    CHECK(composition.at("encounter").at("reference") == bundle.at("entry").at(2).at("fullUrl"));
    const auto& encounter = bundle.at("entry").at(2).at("resource");
    CHECK(encounter.at("account").at(0).at("identifier").at("value") == who.visit_number);
    for (std::size_t n = 4; n < 6; ++n) {
        const auto& one = bundle.at("entry").at(n);
        CHECK(composition.at("section").at(0).at("entry").at(n - 4).at("reference") == one.at("fullUrl"));
        CHECK(one.at("resource").at("encounter") == composition.at("encounter"));
        CHECK_FALSE(one.contains("request"));
    }
}

TEST_CASE("what takes a report back has its identifier and says so", "[report_document]") {
    const auto who = person();
    auto what = report({heart_rate()});
    const auto first = document(what, who);
    what.takes_back = 1;
    const auto back = document(what, who);
    REQUIRE((first && back));
    CHECK(back->identifier == first->identifier);
    const auto bundle = json::parse(back->body);
    CHECK(bundle.at("entry")
              .at(0)
              .at("resource")
              .at("title")
              .get<std::string>()
              .starts_with("ZUR\u00DCCKGEZOGEN"));
    CHECK(bundle.at("entry").at(4).at("resource").at("status") == "entered-in-error");
}

TEST_CASE("a report waits for a visit and is about somebody", "[report_document]") {
    auto who = person();
    who.visit_number.clear();
    const auto what = report({heart_rate()});
    CHECK(document(what, who).error().kind == ErrorKind::rejected);
    CHECK(render_report_document(report_settings(), {&what, {nullptr, "P-1"}, device()}, uuid_of)
              .error()
              .kind == ErrorKind::invalid_input);
}
