#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "guess.hpp"

namespace edgeward::mapping {

// A place in a sample, as a mapping writes it: "$.Body['heart rate']", "@.v".
struct SamplePlace {
    std::string path;
    const coding::CodeEntry* parameter = nullptr;  // nothing: not recognised
    std::string_view kind;                         // "a number", "a text", …
    bool numeric_text = false;
    bool warm = false;      // a temperature above 45: not in degrees Celsius
    std::string unit_path;  // a unit stands beside it
};

// What is read together: of the whole message, or once for each element of arrays.
struct SampleReading {
    std::vector<std::string> each;
    std::vector<SamplePlace> places;
    // Elements that say themselves what they are: {"code": …, "value": …, "unit": …}.
    std::string code_path;
    std::string value_path;
    std::string unit_path;
    std::map<std::string, const coding::CodeEntry*> codes;  // as the sample has them; nothing: not recognised
    std::string time_path;
    std::string_view time_format;
    bool numeric_text = false;
};

struct Survey {
    std::string_view format;  // as a mapping says it; empty: json
    std::vector<SampleReading> readings;
    std::set<std::string> units;  // words that stand where units are
    std::string time_path;
    std::string_view time_format;
    std::vector<std::string> patients;  // paths of what may identify the person, the sender, the message
    std::vector<std::string> devices;
    std::vector<std::string> sequences;
    // Paths no name of which fits into a path.
    std::vector<std::string> unwritable;
};

// Looks through one message. No value of it is kept but codes and units.
Survey survey_of(const Tree& sample);
// The same of what read_sparkplug makes of a payload.
Survey sparkplug_survey(const Tree& sample);

}  // namespace edgeward::mapping
