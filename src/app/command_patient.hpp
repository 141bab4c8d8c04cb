#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace CLI {
class App;
}

namespace edgeward::app {

// How commands name one patient.
struct ChosenPatient {
    std::string value;
    std::string authority;
    [[nodiscard]] nlohmann::json body() const { return {{"value", value}, {"authority", authority}}; }
};

// --patient and --authority, both required. `chosen` outlives the parsing.
void add_patient_options(CLI::App& command, ChosenPatient& chosen);

// The time, or now when none was chosen.
std::string time_or_now(const std::string& time);

}  // namespace edgeward::app
