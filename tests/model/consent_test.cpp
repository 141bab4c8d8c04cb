#include <edgeward/model/consent.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::model {

// http://hl7.org/fhir/R4/valueset-consent-state-codes.html
TEST_CASE("every state of a consent has FHIR's word and back", "[consent]") {
    for (const char* word : {"draft", "proposed", "active", "rejected", "inactive", "entered-in-error"}) {
        const auto status = parse_consent_status(word);
        REQUIRE(status);
        CHECK(name_of(*status) == word);
    }
    for (const char* word : {"", "Active", "not-done", "unknown"})
        CHECK_FALSE(parse_consent_status(word));
    CHECK(name_of(static_cast<ConsentStatus>(0)).empty());
    CHECK(name_of(static_cast<ConsentStatus>(7)).empty());
}

}  // namespace edgeward::model
