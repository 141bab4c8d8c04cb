#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/model/observation.hpp>

// The built-in table of clinical parameters: one row names a parameter in every vocabulary that has a code
// for it.
//
// Sources: ISO/IEEE 11073-10101 terms as published by NIST RTMMS, LOINC and SNOMED CT codes as used by HL7
// FHIR R4 vital signs, ISiK Vitalparameter and MII ICU. An empty field means that no source states a code; it
// is never guessed. The table is constant data: any thread, no allocation.
namespace edgeward::coding {

struct CodeEntry {
    std::string_view parameter;       // our key, snake_case: "heart_rate"; unique
    std::string_view name;            // for people: "Heart rate"
    std::uint32_t mdc = 0;            // context-free code; 0: none
    std::string_view refid;           // MDC_ECG_HEART_RATE; may be empty although mdc is known
    std::uint32_t mdc_unit = 0;       // 264864; 0: none
    std::string_view mdc_unit_refid;  // MDC_DIM_BEAT_PER_MIN
    std::string_view ucum;            // "/min"; empty: the unit differs from use to use
    std::string_view loinc;           // several rows may share one
    std::string_view snomed;
    model::Category category = model::Category::measurement;
};

// All rows; the order is part of no contract.
std::span<const CodeEntry> code_table();

// Nothing when the table has no such row. A parameter key and an MDC code name at most one row.
const CodeEntry* find_parameter(std::string_view parameter);
const CodeEntry* find_mdc(std::uint32_t mdc);
const CodeEntry* find_refid(std::string_view refid);
// In table order, the general parameter before its special forms.
std::vector<const CodeEntry*> find_loinc(std::string_view loinc);

// All keys, for suggestions.
std::vector<std::string> parameter_names();

// The row as the code of an observation.
model::Code code_of(const CodeEntry& entry);

}  // namespace edgeward::coding
