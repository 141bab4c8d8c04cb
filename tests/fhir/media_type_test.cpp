#include <edgeward/fhir/media_type.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::fhir {

// The names are those of FHIR R4 3.1.0.1.11 and of its examples for Accept.
TEST_CASE("_format names the form and goes before Accept", "[media_type]") {
    for (const char* name : {"json", "application/json", "application/fhir+json", "text/json"})
        CHECK(form_wanted(name, "application/fhir+xml") == Form::json);
    for (const char* name : {"xml", "text/xml", "application/xml", "application/fhir+xml"})
        CHECK(form_wanted(name, "application/fhir+json") == Form::xml);
    for (const char* name : {"", "ttl", "html", "XML", "application/fhir+turtle"})
        CHECK(form_wanted(name, "application/fhir+json") == std::nullopt);
}

TEST_CASE("without _format Accept decides, and JSON where it does not care", "[media_type]") {
    for (const char* accept : {"", "  ", "*/*", "application/*", "application/fhir+json",
                               "text/html, */*;q=0.1", "application/fhir+json, application/fhir+xml",
                               "application/fhir+xml;q=0.5, application/fhir+json;q=0.9",
                               "application/fhir+xml; fhirVersion=4.0; q=0.9, application/fhir+json"})
        CHECK(form_wanted(std::nullopt, accept) == Form::json);
    for (const char* accept :
         {"application/fhir+xml", "application/fhir+xml; charset=utf-8", "text/xml",
          "application/fhir+xml,*/*;q=0.8", "application/fhir+json;q=0.2, application/fhir+xml;q=0.3",
          "application/fhir+json;q=0, */*"})
        CHECK(form_wanted(std::nullopt, accept) == Form::xml);
    for (const char* accept :
         {"text/html", "application/fhir+json;q=0", "*/*;q=0", "image/png, text/*", ",;,"})
        CHECK(form_wanted(std::nullopt, accept) == std::nullopt);
}

// RFC 9110 12.5.1: the most specific range counts, wherever it stands.
TEST_CASE("a specific range goes before one with a star", "[media_type]") {
    CHECK(form_wanted(std::nullopt, "application/*;q=0.9, application/fhir+json;q=0.1") == Form::xml);
    CHECK(form_wanted(std::nullopt, "application/fhir+json;q=0.1, application/*;q=0.9") == Form::xml);
    CHECK(form_wanted(std::nullopt, "application/fhir+xml;q=1.5, application/fhir+json;q=0.001") ==
          Form::xml);
    CHECK(form_wanted(std::nullopt, "application/fhir+xml;q=abc, application/fhir+json;q=0.001") ==
          Form::json);
}

}  // namespace edgeward::fhir
