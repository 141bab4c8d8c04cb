#include <edgeward/fhir/observation_query.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "samples.hpp"

using namespace edgeward;
using namespace edgeward::fhir;
using namespace edgeward::fhir::samples;

namespace {

constexpr std::string_view base = "https://gateway.example:9445/fhir";
const std::pair<std::string, std::string> somebody{"patient", "P1-X"};

Result<ObservationQuery> parse(Parameters parameters) {
    return ObservationQuery::parse(parameters, base, "Europe/Berlin");
}

// Measured at 2026-11-23T19:48:46.123+01:00.
Served sample(model::Observation observation) {
    return serve_observations(settings(ProfileSet::isik), report({std::move(observation)}), 1, {"P1-X", "d"},
                              uuid_of)
        .front();
}

Served panel() {
    return serve_observations(settings(ProfileSet::isik),
                              report({pressure(7, 150021, 0, "120"), pressure(8, 150021, 1, "80")}), 1,
                              {"P1-X", "d"}, uuid_of)
        .front();
}

bool finds(const Served& served, const std::string& name, const std::string& value) {
    const auto query = parse({somebody, {name, value}});
    REQUIRE(query);
    return query->matches(served);
}

}  // namespace

TEST_CASE("a search names one person by identifier or by reference", "[observation_query]") {
    const auto name =
        GENERATE("patient.identifier", "patient:identifier", "subject.identifier", "subject:identifier");
    const auto by_identifier = parse({{name, "https://klinik.example/sid/patient|4711"}});
    REQUIRE(by_identifier);
    const auto& identifier = std::get<IdentifierOf>(*by_identifier->person());
    CHECK(identifier.system == "https://klinik.example/sid/patient");
    CHECK(identifier.value == "4711");
    for (const std::string reference :
         {"P1-X", "Patient/P1-X", "https://gateway.example:9445/fhir/Patient/P1-X"}) {
        const auto by_reference = parse({{"subject", reference}});
        REQUIRE(by_reference);
        CHECK(std::get<PatientId>(*by_reference->person()).id == "P1-X");
    }
}

TEST_CASE("what is not understood is refused and not left out", "[observation_query]") {
    const auto parameters = GENERATE(values<Parameters>({
        {},                                     // everybody
        {{"code", "http://loinc.org|8867-4"}},  // everybody
        {somebody, {"patient", "P1-Y"}},        // two persons
        {{"patient", "Device/d-1"}},
        {{"patient", "https://elsewhere.example/fhir/Patient/P1-X"}},
        {{"patient.identifier", "4711"}},  // of which system?
        {{"patient.identifier", "|4711"}},
        {{"patient.identifier", "urn:x|1,urn:x|2"}},
        {somebody, {"code:not", "8867-4"}},
        {somebody, {"code", ""}},
        {somebody, {"code", "a,,b"}},
        {somebody, {"code", "|"}},
        {somebody, {"code", "a\\|b"}},
        {somebody, {"combo-code-value-quantity", "8867-4$gt100"}},
        {somebody, {"_include", "Observation:patient"}},
        {somebody, {"_sort", "date"}},
        {somebody, {"date", "yesterday"}},
        {somebody, {"date", "ap2026"}},
        {somebody, {"date", "2026-11-23T19:48"}},  // a time has a zone and seconds
        {somebody, {"_count", "0"}},
        {somebody, {"_count", "-1"}},
        {somebody, {"_page", "1.2"}},
        {somebody, {"_page", "1.2.x"}},
    }));
    const auto query = parse(parameters);
    REQUIRE_FALSE(query);
    CHECK(query.error().kind == ErrorKind::invalid_input);
    for (const auto& [name, value] : parameters)
        CHECK((value.size() < 4 || query.error().message.find(value) == std::string::npos));
}

// FHIR R4 3.1.1.5.6, with the value 2026-11-23T19:48:46.123+01:00.
TEST_CASE("dates compare as spans of time", "[observation_query]") {
    const auto one = sample(heart_rate());
    const auto [value, found] = GENERATE(table<std::string, bool>({
        {"2026", true},
        {"2026-11", true},
        {"2026-11-23", true},
        {"eq2026-11-23T19:48:46+01:00", true},
        {"2026-11-23T18:48:46Z", true},
        {"2026-11-23T18:48:46.123Z", true},
        {"2026-11-23T18:48:46.124Z", false},
        {"2026-11-24", false},
        {"ne2026-11-24", true},
        {"ne2026-11-23", false},
        {"ge2026-11-23", true},
        {"ge2026-11-24", false},
        {"gt2026-11-22", true},
        {"gt2026-11-23", false},
        {"le2026-11-23", true},
        {"lt2026-11-23", false},
        {"lt2026-11-24", true},
        {"sa2026-11-22", true},
        {"sa2026-11-23", false},
        {"eb2026-11-24", true},
        {"eb2026-11-23", false},
        {"lt2026-11-23T18:48:46.123Z", false},
        {"ge2026-11-23T18:48:46.123Z", true},
    }));
    CAPTURE(value);
    CHECK(finds(one, "date", value) == found);
}

TEST_CASE("several dates must all hold and the latest beginning bounds the search", "[observation_query]") {
    const auto query =
        parse({somebody, {"date", "ge2026-11-01"}, {"date", "gt2026-11-22"}, {"date", "lt2026-12"}});
    REQUIRE(query);
    CHECK(query->matches(sample(heart_rate())));
    CHECK(to_rfc3339(query->earliest().value()) == "2026-11-21T23:00:00.000Z");  // a day in Berlin
    CHECK_FALSE(parse({somebody, {"date", "lt2026-12"}})->earliest());
}

// LOINC and MDC codes of a heart rate, FHIR R4 3.1.1.4.10.
TEST_CASE("codes are found by system and code as far as they are given", "[observation_query]") {
    const auto one = sample(heart_rate());
    for (const char* value : {"http://loinc.org|8867-4", "8867-4", "http://loinc.org|",
                              "urn:iso:std:iso:11073:10101|147842", "9279-1,8867-4"})
        CHECK(finds(one, "code", value));
    for (const char* value : {"http://loinc.org|9279-1", "|8867-4", "http://snomed.info/sct|8867-4"})
        CHECK_FALSE(finds(one, "code", value));
    CHECK(finds(one, "category", "http://terminology.hl7.org/CodeSystem/observation-category|vital-signs"));
    CHECK_FALSE(finds(one, "category", "laboratory"));
    CHECK(finds(one, "status", "final,amended"));
    CHECK(finds(one, "status", "http://hl7.org/fhir/observation-status|final"));
    CHECK_FALSE(finds(one, "status", "preliminary"));
    CHECK_FALSE(finds(one, "encounter", "Encounter/1"));
    CHECK(finds(one, "_id", one.id));
    CHECK_FALSE(finds(one, "_id", one.id + "0"));
}

TEST_CASE("parts of a blood pressure are found by the component's code", "[observation_query]") {
    const auto pressures = panel();
    CHECK(finds(pressures, "component-code", "http://loinc.org|8480-6"));
    CHECK(finds(pressures, "combo-code", "http://loinc.org|8480-6"));
    CHECK(finds(pressures, "combo-code", "http://loinc.org|85354-9"));
    CHECK_FALSE(finds(pressures, "code", "http://loinc.org|8480-6"));
    CHECK_FALSE(finds(pressures, "component-code", "http://loinc.org|85354-9"));
}

TEST_CASE("a link says the search again about the Patient's id and holds no identifier",
          "[observation_query]") {
    const auto query = parse({{"patient.identifier", "https://klinik.example/sid/patient|4711"},
                              {"code", "http://loinc.org|8867-4"},
                              {"date", "ge2026-11-23T00:00:00+01:00"},
                              {"_count", "1000"}});
    REQUIRE(query);
    CHECK(query->count() == ObservationQuery::largest_count);
    CHECK(query->link("P1-X", PageStart{1, 42, 3}) ==
          "?patient=P1-X&code=http://loinc.org%7C8867-4&date=ge2026-11-23T00:00:00%2B01:00"
          "&_count=200&_page=1.42.3");
    const auto next = parse({{"patient", "P1-X"}, {"_page", "1.42.3"}});
    REQUIRE(next);
    CHECK(next->start() == PageStart{1, 42, 3});
    CHECK(next->count() == ObservationQuery::usual_count);
}
