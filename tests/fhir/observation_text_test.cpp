#include "observation_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;
using nlohmann::json;

namespace {

constexpr std::string_view some_uuid = "00000000-0000-8000-a000-000000000001";

std::string text_of_item(const Item& item, const BundleSettings& how = settings(), bool identified = true) {
    std::string out;
    const Surroundings around{how, "p", "d", "F-1", identified, identified ? "" : "PSEUDED"};
    append_observation(out, around, item, some_uuid);
    return out;
}
json made_of(const model::Observation& observation, const BundleSettings& how = settings(),
             bool identified = true) {
    return json::parse(text_of_item(Item{&observation, {}, 0}, how, identified));
}
std::vector<std::string> codes_in(const json& concept_object) {
    std::vector<std::string> codes;
    for (const auto& coding : concept_object["coding"])
        codes.push_back(coding["code"]);
    return codes;
}
bool labelled(const json& resource, std::string_view code) {
    for (const auto& label : resource["meta"]["security"])
        if (label["code"] == code) return true;
    return false;
}

}  // namespace

TEST_CASE("a heart rate is a vital sign of the core profile", "[observation_text]") {
    const auto made = made_of(heart_rate());
    CHECK(made["meta"]["profile"][0] == "http://hl7.org/fhir/StructureDefinition/heartrate");
    CHECK(made["category"][0]["coding"][0]["code"] == "vital-signs");
    CHECK(codes_in(made["code"]) == std::vector<std::string>{"8867-4", "147842"});
    CHECK(made["code"]["coding"][1]["system"] == "urn:iso:std:iso:11073:10101");
    CHECK(made["effectiveDateTime"] == "2026-11-23T19:48:46.123+01:00");
    CHECK(made["valueQuantity"] ==
          json({{"value", 72}, {"unit", "/min"}, {"system", "http://unitsofmeasure.org"}, {"code", "/min"}}));
    CHECK(made["subject"]["reference"] == "urn:uuid:p");
    CHECK(made["device"]["reference"] == "urn:uuid:d");
    CHECK(made["identifier"][0]["value"] == "urn:uuid:" + std::string(some_uuid));
    CHECK(labelled(made, "DEVAST"));
    CHECK(labelled(made, "RELIABLE"));
}

TEST_CASE("numbers keep the precision the device wrote", "[observation_text]") {
    const auto observation = temperature(2, "37.0");
    CHECK(text_of_item(Item{&observation, {}, 0}).find(R"("value":37.0,)") != std::string::npos);
}

TEST_CASE("a saturation by pulse oximetry carries both LOINC codes", "[observation_text]") {
    CHECK(codes_in(made_of(saturation())["code"]) == std::vector<std::string>{"2708-6", "59408-5", "150456"});
    // ISiK Vitalparameter 4.0.1, ISiKSauerstoffsaettigungArteriell: IEEE 150324 and a SNOMED code of its
    // value set.
    CHECK(codes_in(made_of(saturation(), settings(ProfileSet::isik))["code"]) ==
          std::vector<std::string>{"2708-6", "150324", "442476006", "59408-5", "150456"});
}

TEST_CASE("an ISiK observation says that it comes from outside", "[observation_text]") {
    const auto made = made_of(heart_rate(), settings(ProfileSet::isik));
    CHECK(made["meta"]["profile"][0] == "https://gematik.de/fhir/isik/StructureDefinition/ISiKHerzfrequenz");
    CHECK(made["meta"]["tag"][0]["code"] == "external");
    CHECK_FALSE(made.contains("encounter"));
}

TEST_CASE("a visit is named by its number for identified destinations", "[observation_text]") {
    CHECK(made_of(heart_rate())["encounter"]["identifier"]["value"] == "F-1");
    CHECK_FALSE(made_of(heart_rate(), settings(), false).contains("encounter"));
}

TEST_CASE("a unit outside the profile gives up the profile", "[observation_text]") {
    auto odd = heart_rate();
    std::get<model::Quantity>(odd.value).ucum = "{beats}/min";
    CHECK(made_of(odd)["meta"]["profile"][0] == "http://hl7.org/fhir/StructureDefinition/vitalsigns");
}

TEST_CASE("quality and mode become security labels", "[observation_text]") {
    auto observation = heart_rate();
    observation.quality = model::Quality::questionable;
    observation.mode = model::Mode::demo;
    const auto made = made_of(observation, settings(), false);
    CHECK(labelled(made, "UNCERTREL"));
    CHECK(labelled(made, "HTEST"));
    CHECK(labelled(made, "PSEUDED"));
    CHECK(made["valueQuantity"]["value"] == 72);
}

TEST_CASE("a value the device calls invalid is not sent", "[observation_text]") {
    auto observation = heart_rate();
    observation.quality = model::Quality::invalid;
    const auto made = made_of(observation);
    CHECK_FALSE(made.contains("valueQuantity"));
    CHECK(made["dataAbsentReason"]["coding"][0]["code"] == "error");
    CHECK(labelled(made, "UNRELIABLE"));
}

TEST_CASE("absent values say why in the words of FHIR", "[observation_text]") {
    // http://terminology.hl7.org/CodeSystem/data-absent-reason
    struct Row {
        model::AbsentReason reason;
        const char* code;
    };
    const auto row = GENERATE(values<Row>({{model::AbsentReason::none, "unknown"},
                                           {model::AbsentReason::temp_unknown, "temp-unknown"},
                                           {model::AbsentReason::error, "error"},
                                           {model::AbsentReason::not_performed, "not-performed"},
                                           {model::AbsentReason::masked, "masked"}}));
    auto observation = heart_rate();
    observation.value = std::monostate{};
    observation.absent = row.reason;
    CHECK(made_of(observation)["dataAbsentReason"]["coding"][0]["code"] == row.code);
}

TEST_CASE("free text reaches identified destinations only", "[observation_text]") {
    auto observation = heart_rate();
    observation.category = model::Category::measurement;
    observation.value = model::Text{"Sinusrhythmus"};
    CHECK(made_of(observation)["valueString"] == "Sinusrhythmus");
    const auto masked = made_of(observation, settings(), false);
    CHECK(masked["dataAbsentReason"]["coding"][0]["code"] == "masked");
    CHECK(masked.dump().find("Sinus") == std::string::npos);
}

TEST_CASE("codes booleans and waveforms have their own value types", "[observation_text]") {
    auto observation = heart_rate();
    observation.category = model::Category::setting;
    observation.value = model::CodedValue{"urn:iso:std:iso:11073:10101", "184352", "on"};
    CHECK(made_of(observation)["valueCodeableConcept"]["coding"][0]["code"] == "184352");
    CHECK(made_of(observation)["category"][0]["coding"][0]["code"] == "setting");
    observation.value = true;
    CHECK(made_of(observation)["valueBoolean"] == true);
    model::SampledData wave;
    wave.origin = decimal("2048");
    wave.factor = decimal("0.612");
    wave.period = std::chrono::microseconds(2500);
    wave.ucum = "uV";
    wave.samples = "2041 2043 E";
    observation.value = wave;
    const auto sampled = made_of(observation)["valueSampledData"];
    CHECK(sampled["period"] == 2.5);
    CHECK(sampled["factor"] == 0.612);
    CHECK(sampled["origin"]["value"] == 2048);
    CHECK(sampled["dimensions"] == 1);
    CHECK(sampled["data"] == "2041 2043 E");
}

TEST_CASE("a technical value is about the device", "[observation_text]") {
    const auto made = made_of(battery());
    CHECK(made["subject"]["reference"] == "urn:uuid:d");
    CHECK_FALSE(made["meta"].contains("profile"));
    CHECK_FALSE(made.contains("encounter"));
}

TEST_CASE("a panel has components and says which one is missing", "[observation_text]") {
    const auto systolic = pressure(1, 150021, 0, "120");
    const auto mean = pressure(3, 150021, 2, "93");
    const auto made = json::parse(text_of_item(Item{nullptr, {&systolic, nullptr, &mean}, 1}));
    CHECK(codes_in(made["code"]) == std::vector<std::string>{"85354-9", "150020"});
    REQUIRE(made["component"].size() == 3);
    CHECK(codes_in(made["component"][0]["code"]) == std::vector<std::string>{"8480-6", "150021"});
    CHECK(made["component"][0]["valueQuantity"]["value"] == 120);
    CHECK(made["component"][1]["code"]["coding"][0]["code"] == "8462-4");
    CHECK(made["component"][1]["dataAbsentReason"]["coding"][0]["code"] == "unknown");
    CHECK(made["component"][2]["valueQuantity"]["unit"] == "mmHg");
    CHECK_FALSE(made.contains("valueQuantity"));
    CHECK_FALSE(made.contains("dataAbsentReason"));
}

TEST_CASE("an ISiK panel has the codes of the profile beside those of the device", "[observation_text]") {
    const auto systolic = pressure(1, 150033, 0, "120");
    const auto diastolic = pressure(2, 150033, 1, "80");
    const auto made = json::parse(
        text_of_item(Item{nullptr, {&systolic, &diastolic, nullptr}, 2}, settings(ProfileSet::isik)));
    CHECK(codes_in(made["code"]) == std::vector<std::string>{"85354-9", "150016", "75367002", "150032"});
    CHECK(codes_in(made["component"][0]["code"]) ==
          std::vector<std::string>{"8480-6", "150017", "271649006", "150033"});
    CHECK(codes_in(made["component"][1]["code"]) ==
          std::vector<std::string>{"8462-4", "150018", "271650006", "150034"});
}

TEST_CASE("the worst part marks the whole panel", "[observation_text]") {
    const auto systolic = pressure(1, 150021, 0, "120");
    auto diastolic = pressure(2, 150021, 1, "80");
    diastolic.quality = model::Quality::questionable;
    const auto made = json::parse(text_of_item(Item{nullptr, {&systolic, &diastolic, nullptr}, 1}));
    CHECK(labelled(made, "UNCERTREL"));
    CHECK_FALSE(labelled(made, "RELIABLE"));
}

TEST_CASE("body sites are told apart by their number", "[observation_text]") {
    auto observation = heart_rate();
    observation.body_site = "460000";  // partition 7 of 11073-10101
    CHECK(made_of(observation)["bodySite"]["coding"][0]["system"] == "urn:iso:std:iso:11073:10101");
    observation.body_site = "368209003";  // SNOMED CT, right upper arm
    CHECK(made_of(observation)["bodySite"]["coding"][0]["system"] == "http://snomed.info/sct");
    observation.body_site = "left arm";
    CHECK(made_of(observation)["bodySite"]["text"] == "left arm");
}

TEST_CASE("an anonymous observation contains its subject and keeps its profile", "[observation_text]") {
    const auto how = settings();
    Surroundings around{how};
    around.label = "ANONYED";
    around.contained = R"({"resourceType":"Patient","id":"subject"})";
    const auto observation = heart_rate();
    std::string out;
    append_observation(out, around, Item{&observation, {}, 0}, some_uuid);
    const auto made = json::parse(out);
    CHECK(labelled(made, "ANONYED"));
    CHECK(made["meta"]["profile"][0] == "http://hl7.org/fhir/StructureDefinition/heartrate");
    CHECK(made["subject"]["reference"] == "#subject");
    CHECK_FALSE(made.contains("device"));
    CHECK_FALSE(made.contains("performer"));
}
