#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace edgeward::coding {

// One MDC unit and every UCUM form of it, separated by spaces, the preferred one first.
struct MdcUnitRow {
    std::uint32_t code;
    std::string_view refid;
    std::string_view ucum;
};

// By ascending code.
std::span<const MdcUnitRow> mdc_unit_rows();

}  // namespace edgeward::coding
