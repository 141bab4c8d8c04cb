#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace CLI {
class App;
}

namespace edgeward::app {

// What commands about one patient share.

// How they name the patient.
struct ChosenPatient {
    std::string value;
    std::string authority;
    [[nodiscard]] nlohmann::json body() const { return {{"value", value}, {"authority", authority}}; }
};

// --patient and --authority, both required. `chosen` outlives the parsing.
void add_patient_options(CLI::App& command, ChosenPatient& chosen);

// Of /v1/consents/recipients; one line each.
void print_recipients(const nlohmann::json& recipients);
// The member `recipients` of an answer, with what is to be done; nothing when there is none.
void print_whom_to_inform(const nlohmann::json& answer);

// The time, or now when none was chosen.
std::string time_or_now(const std::string& time);

}  // namespace edgeward::app
