#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <edgeward/model/decimal.hpp>

// Units of measurement: UCUM (what we keep and send) and MDC (what HL7 v2 PCD-01 prefers), and exact
// conversion between units of one dimension.
//
// Constant data; any thread. UCUM codes are compared as written, case-sensitive; a unit that is not in the
// table is unknown even if UCUM could build it.
namespace edgeward::coding {

struct MdcUnit {
    std::uint32_t code = 0;  // 266016, context-free
    std::string_view refid;  // MDC_DIM_MMHG
    std::string_view ucum;   // the preferred UCUM form: "mm[Hg]"
};

bool is_known_unit(std::string_view ucum);

// The UCUM code for what people and devices often write instead: "mm[Hg]" for "mmHg", "/min" for "bpm". Only
// for suggestions to a person, never to read data with. Nothing: no idea.
std::optional<std::string_view> ucum_for(std::string_view written);

// The MDC unit for a UCUM code, by its own or an alternative form. For "/min" that is the neutral
// MDC_DIM_PER_MIN: for a known parameter take CodeEntry::mdc_unit, which says beats or breaths. Nothing: MDC
// has no such unit.
const MdcUnit* mdc_unit_for(std::string_view ucum);
const MdcUnit* find_mdc_unit(std::uint32_t code);
const MdcUnit* find_mdc_unit(std::string_view refid);

// value in `to` = value in `from` * factor + offset. Factors that are no finite decimal (5/9) carry at least
// 20 significant digits. Use with Decimal::scaled.
struct UnitConversion {
    model::Decimal factor;
    model::Decimal offset;
    bool identity = false;  // same unit, or two spellings of it: take the value as it is
    // Digits to add to (or, negative, take from) the decimals of a value so that its resolution stays about
    // the same.
    int decimals_shift = 0;
};

// Nothing when either unit is unknown or they are of different dimensions. Mass and amount of substance are
// different dimensions: mg/dL never becomes mmol/L.
std::optional<UnitConversion> conversion(std::string_view from, std::string_view to);
inline bool convertible(std::string_view from, std::string_view to) {
    return conversion(from, to).has_value();
}

}  // namespace edgeward::coding
