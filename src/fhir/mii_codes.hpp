#pragma once

#include <cstdint>
#include <string_view>

namespace edgeward::fhir {

// What the core data set of the Medizininformatik-Initiative, module ICU, writes beside a LOINC code.
struct MiiCodes {
    std::string_view loinc;
    std::string_view snomed;  // empty: none
    std::uint32_t mdc = 0;    // 0: none
};

// Null when the module has no example with this code, or several that mean different things by it.
const MiiCodes* mii_codes_of(std::string_view loinc);

}  // namespace edgeward::fhir
