#pragma once

#include <edgeward/coding/code_table.hpp>
#include <edgeward/config/document.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiled.hpp"

namespace edgeward::mapping {

using UnitTable = std::map<std::string, std::string, std::less<>>;

// What the sections of one file share while it is read.
struct Workshop {
    std::map<std::string, UnitTable, std::less<>> unit_tables;
    std::map<std::string, CodeTable, std::less<>> code_tables;
    bool numeric_text = false;  // [defaults]
    bool hl7 = false;  // coded values need no table: those of shared vocabularies are taken as they are
    std::vector<std::string> off_values;  // [defaults]
    std::uint16_t next_containment = 1;
    std::vector<config::Problem> warnings;

    void warn(const config::Section& section, std::string_view key, const std::string& text);
};

// Reads a path; `levels`: how many `each` stand around it, so how far "^" may climb. Nothing when the key is
// missing or wrong (then a problem stands in the section).
std::optional<Path> read_path(config::Section& section, std::string_view key, std::size_t levels);
Path required_path(config::Section& section, std::string_view key, std::size_t levels);

std::optional<model::Decimal> read_decimal(config::Section& section, std::string_view key);

// What is coded and how its values read: the keys of a [lookup.NAME] entry and of a [[rule.value]].
// `unit_from_message`: the value has a unit_path. `levels` as above, for the waveform's paths.
Reading read_reading(config::Section& section, Workshop& workshop, bool unit_from_message,
                     std::size_t levels);

}  // namespace edgeward::mapping
