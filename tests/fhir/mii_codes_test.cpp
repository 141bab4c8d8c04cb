#include "mii_codes.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward::fhir;

// The first two are those of gematik's ISiK Vitalparameter 4.0 too (ISiKHerzfrequenz, ISiKAtemfrequenz); all
// of them stand in the example resources of the MII module ICU.
TEST_CASE("the module's codings are found by LOINC", "[mii_codes]") {
    struct Case {
        const char* loinc;
        const char* snomed;
        std::uint32_t mdc;
    };
    const auto one = GENERATE(values<Case>({{"8867-4", "364075005", 147842},
                                            {"9279-1", "86290005", 0},
                                            {"59408-5", "442476006", 150324},
                                            {"60985-9", "71420008", 150084},
                                            {"76248-4", "250854009", 151976},
                                            {"20112-9", "416811008", 16929196},
                                            {"8480-6", "271649006", 150017},
                                            {"76531-3", "", 151973}}));
    CAPTURE(one.loinc);
    const auto* found = mii_codes_of(one.loinc);
    REQUIRE(found != nullptr);
    CHECK(found->snomed == one.snomed);
    CHECK(found->mdc == one.mdc);
}

TEST_CASE("a code that means several things there has no codings", "[mii_codes]") {
    const auto loinc = GENERATE("8310-5", "8329-5", "9203-1", "71835-3", "", "1-1", "99999-9");
    CHECK(mii_codes_of(loinc) == nullptr);
}
