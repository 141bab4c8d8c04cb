#include <catch2/catch_test_macros.hpp>

#include <edgeward/fhir/consent.hpp>

#include "consent_sample.hpp"

namespace edgeward::fhir {
namespace {

using nlohmann::json;

TEST_CASE("a Consent stands alone without its narrative", "[consent_bundle]") {
    const auto split = split_consents(sample::broad().dump());
    REQUIRE(split);
    REQUIRE(split->size() == 1);
    CHECK(split->front().path == "Consent");
    auto expected = sample::broad();
    expected.erase("text");
    CHECK(json::parse(split->front().json) == expected);
}

TEST_CASE("the Patient of a Bundle goes with its Consent as far as it is an identifier", "[consent_bundle]") {
    auto bundle = sample::bundle_of(sample::broad());
    for (const char* reference : {"Patient/531cef77-2a30-4283-944d-affaf9ae234e",
                                  "https://gics.example/fhir/Patient/531cef77-2a30-4283-944d-affaf9ae234e"}) {
        CAPTURE(reference);
        bundle["entry"][0]["resource"]["patient"]["reference"] = reference;
        const auto split = split_consents(bundle.dump());
        REQUIRE(split);
        REQUIRE(split->size() == 1);
        CHECK(split->front().path == "Bundle.entry[0].resource");
        const auto made = json::parse(split->front().json);
        CHECK(made["patient"]["reference"] == "#of-the-bundle");
        CHECK(made["contained"][0]["identifier"][1]["value"] == "4711");
        CHECK(split->front().json.find("Mustermann") == std::string::npos);
    }
    bundle["entry"][0]["resource"]["patient"]["reference"] = "Patient/another";
    CHECK(json::parse(split_consents(bundle.dump())->front().json)["patient"]["reference"] ==
          "Patient/another");
}

TEST_CASE("Bundles in a Bundle are looked through", "[consent_bundle]") {
    const json outer = {{"resourceType", "Bundle"},
                        {"entry",
                         {{{"resource", sample::bundle_of(sample::broad())}},
                          {{"fullUrl", "urn:uuid:1"}},
                          {{"resource", sample::broad("4712")}}}}};
    const auto split = split_consents(outer.dump());
    REQUIRE(split);
    REQUIRE(split->size() == 2);
    CHECK((*split)[0].path == "Bundle.entry[0].resource.entry[0].resource");
    CHECK((*split)[1].path == "Bundle.entry[2].resource");
}

TEST_CASE("what holds no Consent is refused with its place", "[consent_bundle]") {
    const auto refused = [](const json& value) { return split_consents(value.dump()).error().message; };
    CHECK(refused({{"resourceType", "Patient"}}) == "resourceType: expected Consent or Bundle");
    CHECK(refused(json::object()) == "resourceType: expected Consent or Bundle");
    CHECK(refused({{"resourceType", "Bundle"}}) == "Bundle.entry: expected a Consent");
    CHECK(refused({{"resourceType", "Bundle"}, {"entry", json::object()}}) ==
          "Bundle.entry: expected a list");
    CHECK(refused({{"resourceType", "Bundle"}, {"entry", {1, "x", json::array()}}}) ==
          "Bundle.entry: expected a Consent");
    json deep = {{"resourceType", "Bundle"}};
    for (int i = 0; i < 5; ++i)
        deep = {{"resourceType", "Bundle"}, {"entry", {{{"resource", deep}}}}};
    CHECK(refused(deep).ends_with("expected at most 4 Bundles in each other"));
    CHECK(split_consents("no JSON").error().message == "expected a JSON object");
}

}  // namespace
}  // namespace edgeward::fhir
