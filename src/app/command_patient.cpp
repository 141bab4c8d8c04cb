#include "command_patient.hpp"

#include <CLI/CLI.hpp>

#include <edgeward/core/time.hpp>

namespace edgeward::app {

void add_patient_options(CLI::App& command, ChosenPatient& chosen) {
    command.add_option("--patient", chosen.value, "The patient's identifier")->required();
    command.add_option("--authority", chosen.authority, "Who issued it: a name of [[authority]]")->required();
}

std::string time_or_now(const std::string& time) {
    return time.empty() ? to_rfc3339(system_clock().now()) : time;
}

}  // namespace edgeward::app
