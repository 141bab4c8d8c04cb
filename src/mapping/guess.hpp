#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/coding/code_table.hpp>

#include "json_tree.hpp"

// What names and forms in a sample payload probably mean. Guesses, for a person to check; nothing is read by
// them.
namespace edgeward::mapping {

// "BodyTemp_T1" → body temp t1, in lower case; a change of case, a sign or a space ends a word.
std::vector<std::string> words_of(std::string_view name);

// The parameter a value of this name may be. `around`: words of the objects it stands in, which make a name
// like "sys" clear. Nothing: no idea. MDC codes, reference ids and LOINC codes are recognised as such.
const coding::CodeEntry* guess_parameter(std::string_view name, const std::vector<std::string>& around);

enum class Role : std::uint8_t {
    value,
    patient,   // identifier of the person
    device,    // identifier of the sender
    sequence,  // the device's own counter
    unit,      // of a value beside it
    code,      // says what a value beside it is
    reading,   // a value that another member names
    time,
};
// What a member of this name is for.
Role role_of(std::string_view name);

// The `format` of [timestamp] for a text or number like this. Nothing: it is no time.
std::optional<std::string_view> time_format_of(const Node& node);

// Is it a number, or a text that is nothing but one?
bool is_number(const Node& node);

}  // namespace edgeward::mapping
