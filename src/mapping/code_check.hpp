#pragma once

#include <edgeward/coding/code_table.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/model/observation.hpp>

#include <string>
#include <string_view>

namespace edgeward::mapping {

// What a reading says it measures: the code to send, and the row of the code table that it belongs to, if
// any.
struct CheckedCode {
    model::Code code;
    const coding::CodeEntry* entry = nullptr;
    bool unusable = false;  // a problem says so; what follows from it needs none
};

// Reads parameter, mdc, refid, loinc, snomed, display, local_system and local_code, and refuses codes that do
// not name the same thing: a parameter with the code of another one, an MDC code with a foreign reference id,
// a LOINC with a wrong check digit.
CheckedCode read_code(config::Section& section);

// Modulus 10 check digit of a LOINC code (LOINC Users' Guide, annex C).
bool has_loinc_check_digit(std::string_view loinc) noexcept;

}  // namespace edgeward::mapping
