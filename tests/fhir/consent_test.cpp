#include <edgeward/fhir/consent.hpp>

#include <catch2/catch_test_macros.hpp>

#include "consent_sample.hpp"

namespace edgeward::fhir {
namespace {

using model::ConsentProvision;
using model::ConsentStatus;
using nlohmann::json;

Result<PatientConsent> read(const json& resource) {
    return read_consent({"Bundle.entry[3].resource", resource.dump()}, "Europe/Berlin");
}

std::string refusal(const json& resource) {
    const auto made = read(resource);
    if (made) return "it was read";
    CHECK(made.error().kind == ErrorKind::invalid_input);
    const std::string path = "Bundle.entry[3].resource";
    CHECK(made.error().message.starts_with(path));
    return made.error().message.substr(path.size());
}

Instant time(const char* text) {
    return parse_rfc3339(text)->utc;
}

TEST_CASE("a consent is read with its patient and what it permits", "[fhir_consent]") {
    const auto made = read(sample::broad());
    REQUIRE(made);
    CHECK(made->patient == std::vector<SystemIdentifier>{{"https://kis.example/patient", "4711"}});
    const auto& document = made->document;
    CHECK(document.id == "consent-1");
    CHECK(document.identifier.empty());
    CHECK(document.status == ConsentStatus::active);
    CHECK(document.stated == time("2024-02-23T11:00:00Z"));
    CHECK(document.version == time("2024-02-23T11:00:00Z"));
    CHECK(document.policy == "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791");
    REQUIRE(document.provisions.size() == 5);
    CHECK(document.provisions[0] ==
          ConsentProvision{6, true, time("2024-02-22T23:00:00Z"), time("2054-01-31T23:00:00Z")});
    CHECK(document.provisions[4].code == 48);
}

TEST_CASE("denials may be without end and permissions stay within the whole", "[fhir_consent]") {
    auto denial = sample::provision("deny", 8, "2022-01-31T23:00:00+01:00", "3000-01-01T00:00:00+01:00");
    auto open = sample::provision("deny", 6);
    open.erase("period");
    auto narrowed = sample::provision("deny", 22);
    narrowed["actor"] = {{{"role", json::object()}}};  // understood as wider than it is
    auto wide = sample::provision("permit", 6, "2000", "2090");
    auto outside = sample::provision("permit", 8, "2055", "2060");
    const auto made = read(sample::consent({denial, open, narrowed, wide, outside}));
    REQUIRE(made);
    const auto& provisions = made->document.provisions;
    REQUIRE(provisions.size() == 4);
    CHECK(provisions[0] ==
          ConsentProvision{8, false, time("2022-01-31T22:00:00Z"), time("2999-12-31T23:00:01Z")});
    CHECK(provisions[1] == ConsentProvision{6, false, model::beginning_of_time, model::end_of_time});
    CHECK(provisions[3] ==
          ConsentProvision{6, true, time("2024-02-22T23:00:00Z"), time("2054-01-31T23:00:00Z")});
}

TEST_CASE("a document is known by its first identifier", "[fhir_consent]") {
    auto consent = sample::broad();
    consent["identifier"] = {{{"system", "https://gics.example"}},
                             {{"system", "https://gics.example"}, {"value", "C-1"}},
                             {{"system", "https://gics.example"}, {"value", "C-2"}}};
    CHECK(read(consent)->document.identifier == "https://gics.example|C-1");
    consent.erase("id");
    CHECK(read(consent)->document.id.empty());
    consent.erase("identifier");
    CHECK(refusal(consent) == ".id: expected an id or an identifier, by which later versions are known");
}

TEST_CASE("the patient may be contained and have several identifiers", "[fhir_consent]") {
    const auto split = split_consents(sample::bundle_of(sample::broad()).dump());
    const auto made = read_consent(split->front(), "UTC");
    REQUIRE(made);
    CHECK(made->patient ==
          std::vector<SystemIdentifier>{{"https://research.example/psn", "MII-CONSENT-TESTPSN-0002"},
                                        {"https://kis.example/patient", "4711"}});
}

TEST_CASE("the category of the broad consent stands for the profile", "[fhir_consent]") {
    auto consent = sample::broad();
    consent["meta"].erase("profile");
    CHECK(refusal(consent).starts_with(".meta.profile: expected the profile mii-pr-consent-einwilligung"));
    consent["category"].push_back(
        {{"coding", {{{"system", "any"}, {"code", "2.16.840.1.113883.3.1937.777.24.2.184"}}}}});
    CHECK(read(consent));
    consent["category"].clear();
    consent["meta"]["profile"] = {"http://fhir.de/other", std::string(sample::profile) + "|2026.0.1"};
    CHECK(read(consent));
}

TEST_CASE("a document that is not active says nothing but that", "[fhir_consent]") {
    for (const char* status : {"inactive", "entered-in-error", "rejected", "proposed", "draft"}) {
        auto consent = sample::broad();
        consent["status"] = status;
        CHECK(read(consent)->document.provisions.empty());
        consent.erase("provision");
        CHECK(model::name_of(read(consent)->document.status) == status);
    }
}

TEST_CASE("what is wrong is named with its path and what was expected", "[fhir_consent]") {
    struct Case {
        const char* pointer;
        json value;
        const char* message;
    };
    const std::vector<Case> cases{
        {"/status", "signed",
         ".status: expected draft, proposed, active, rejected, inactive or entered-in-error"},
        {"/patient", nullptr, ".patient: expected a reference"},
        {"/patient/identifier",
         {{"value", "4711"}},
         ".patient: expected an identifier with system and value, or a reference to a Patient with one in "
         "the "
         "same Bundle"},
        {"/dateTime", "yesterday",
         ".dateTime: expected a dateTime such as 2022-01-31 or 2022-01-31T08:00:00+01:00"},
        {"/meta/lastUpdated", 5,
         ".meta.lastUpdated: expected a dateTime such as 2022-01-31 or 2022-01-31T08:00:00+01:00"},
        {"/modifierExtension",
         {{{"url", "x"}}},
         ".modifierExtension: expected none: it would change what is said"},
        {"/implicitRules", "urn:x", ".implicitRules: expected none: it would change what is said"},
        {"/provision", nullptr, ".provision: expected the provision that denies by default"},
        {"/provision/type", "permit",
         ".provision.type: expected deny: what is permitted stands in the provisions inside"},
        {"/provision/provision/1/type", "allow", ".provision.provision[1].type: expected permit or deny"},
        {"/provision/provision/1/period/start", "soon",
         ".provision.provision[1].period.start: expected a dateTime such as 2022-01-31 or "
         "2022-01-31T08:00:00+01:00"},
        {"/provision/provision/1/period/end", "2020",
         ".provision.provision[1].period.end: expected a time not before start"},
        {"/provision/provision/1/period/end", nullptr,
         ".provision.provision[1].period: expected start and end: nothing is permitted for ever"},
        {"/provision/provision/1/period", nullptr,
         ".provision.provision[1].period: expected start and end: nothing is permitted for ever"},
        {"/provision/provision/1/code", nullptr,
         ".provision.provision[1].code: expected at least one policy code"},
        {"/provision/provision/1/code/0/coding", json::array(),
         ".provision.provision[1].code[0].coding: expected a coding"},
        {"/provision/provision/1/code/0/coding/0/code", "6",
         ".provision.provision[1].code[0].coding[0].code: expected a policy code "
         "2.16.840.1.113883.3.1937.777.24.5.3.N"},
        {"/provision/provision/1/actor",
         {{{"role", "x"}}},
         ".provision.provision[1].actor: expected none: a permission narrowed by it is not understood"},
        {"/provision/provision/1/dataPeriod",
         {{"start", "2020"}},
         ".provision.provision[1].dataPeriod: expected none: a permission narrowed by it is not understood"},
        {"/provision/provision/1/provision",
         {{{"type", "deny"}}},
         ".provision.provision[1].provision: expected none: exceptions of exceptions are not understood"},
        {"/provision/provision/1/modifierExtension",
         {{{"url", "x"}}},
         ".provision.provision[1].modifierExtension: expected none: it would change what is said"},
        {"/provision/provision/1", 7, ".provision.provision[1]: expected an object"},
    };
    for (const auto& each : cases) {
        auto consent = sample::broad();
        consent[json::json_pointer(each.pointer)] = each.value;
        CAPTURE(each.pointer);
        CHECK(refusal(consent) == each.message);
    }
    CHECK(refusal({{"resourceType", "Patient"}}) == ".resourceType: expected Consent");
    CHECK(read_consent({"Consent", "{}{"}, "UTC").error().message == "Consent: expected a JSON object");
}

TEST_CASE("codes of other systems beside a policy code are let be", "[fhir_consent]") {
    auto consent = sample::broad();
    auto& codes = consent["provision"]["provision"][0]["code"];
    codes[0]["coding"].push_back({{"system", "urn:other"}, {"code", "6"}});
    codes.push_back({{"coding", {{{"system", "urn:other"}, {"code", "8"}}}}});
    CHECK(read(consent)->document.provisions.size() == 5);
}

}  // namespace
}  // namespace edgeward::fhir
