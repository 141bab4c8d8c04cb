#include "resource_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;
using nlohmann::json;

namespace {

json patient(const BundleSettings& how, const SubjectPart& who) {
    std::string out;
    append_patient(out, how, who);
    return json::parse(out);
}

json device_resource(bool pseudonymous) {
    std::string out;
    append_device(out, settings(), device(), pseudonymous);
    return json::parse(out);
}

}  // namespace

TEST_CASE("an identified patient has typed identifiers and demographics", "[resource_text]") {
    const auto identity = person();
    const auto made = patient(settings(), {&identity, {}});
    REQUIRE(made["identifier"].size() == 1);  // GKV is no configured authority
    CHECK(made["identifier"][0]["system"] == "https://klinik.example/sid/patient");
    CHECK(made["identifier"][0]["value"] == "4711");
    CHECK(made["identifier"][0]["type"]["coding"][0]["code"] == "MR");
    CHECK(made["name"][0]["use"] == "official");
    CHECK(made["name"][0]["family"] == "Beispiel");
    CHECK(made["gender"] == "female");
    CHECK(made["birthDate"] == "1961-02-28");
    CHECK_FALSE(made["meta"].contains("profile"));
}

TEST_CASE("ISiKPatient is claimed only when its mandatory parts are there", "[resource_text]") {
    auto identity = person();
    const auto how = settings(ProfileSet::isik);
    CHECK(patient(how, {&identity, {}})["meta"]["profile"][0] ==
          "https://gematik.de/fhir/isik/StructureDefinition/ISiKPatient");
    identity.birth_date.clear();
    CHECK_FALSE(patient(how, {&identity, {}})["meta"].contains("profile"));
}

TEST_CASE("a pseudonymous patient has the pseudonym and nothing else", "[resource_text]") {
    const auto made = patient(settings(), {nullptr, "RES1-4K0Z"});
    CHECK(made["identifier"][0]["type"]["coding"][0]["code"] == "PSEUDED");
    CHECK(made["identifier"][0]["system"] == "https://forschung.example/sid/pseudonym");
    CHECK(made["meta"]["security"][0]["code"] == "PSEUDED");
    CHECK(made["meta"]["profile"][0] ==
          "https://www.medizininformatik-initiative.de/fhir/core/modul-person/StructureDefinition/"
          "PatientPseudonymisiert");
    CHECK(made.size() == 3);  // resourceType, meta, identifier
}

TEST_CASE("a person without a known authority cannot be named", "[resource_text]") {
    auto identity = person();
    identity.identifiers = {{"1", "elsewhere", "PI"}};
    const auto name = patient_name(settings(), {&identity, {}});
    REQUIRE_FALSE(name);
    CHECK(name.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("a device shows serial number and EUI-64 only where it may be known", "[resource_text]") {
    const auto open = device_resource(false);
    CHECK(open["serialNumber"] == "SN-0815");
    CHECK(open["identifier"][0]["value"] == "ACDE48234567ABCD");
    const auto hidden = device_resource(true);
    CHECK_FALSE(hidden.contains("serialNumber"));
    REQUIRE(hidden["identifier"].size() == 1);
    CHECK(hidden["identifier"][0]["value"] == "mon-7");
    CHECK(hidden["meta"]["security"][0]["code"] == "PSEUDED");
    CHECK(hidden.dump().find("ACDE48234567ABCD") == std::string::npos);
}

TEST_CASE("the conditional create has both forms", "[resource_text]") {
    std::string standard = "x";
    close_entry(standard, settings(), "Patient", {"urn:a", "7 8"});
    CHECK(standard ==
          R"(x,"request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:a%7C7%208"}})");
    auto how = settings();
    how.conditional = ConditionalForm::with_type;
    std::string typed;
    close_entry(typed, how, "Patient", {"urn:a", "7"});
    CHECK(typed.find(R"("ifNoneExist":"Patient?identifier=urn:a%7C7")") != std::string::npos);
}

TEST_CASE("an anonymous patient has an age band where one is known", "[resource_text]") {
    const auto closed = json::parse(anonymous_patient(model::AgeBand{60, 69}));
    CHECK(closed["extension"][0]["valueRange"]["low"]["value"] == 60);
    CHECK(closed["extension"][0]["valueRange"]["high"]["value"] == 69);
    CHECK(closed["extension"][0]["valueRange"]["high"]["code"] == "a");
    const auto open = json::parse(anonymous_patient(model::AgeBand{90, std::nullopt}));
    CHECK(open["extension"][0]["valueRange"]["low"]["value"] == 90);
    CHECK_FALSE(open["extension"][0]["valueRange"].contains("high"));
    CHECK(json::parse(anonymous_patient(std::nullopt)) ==
          json({{"resourceType", "Patient"}, {"id", "subject"}}));
}
