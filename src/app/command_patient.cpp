#include "command_patient.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/core/time.hpp>

namespace edgeward::app {
namespace {

std::string joined(const nlohmann::json& words) {
    std::string text;
    for (const auto& word : words)
        text.append(text.empty() ? "" : ", ").append(word.get<std::string>());
    return text.empty() ? "not known" : text;
}

}  // namespace

void add_patient_options(CLI::App& command, ChosenPatient& chosen) {
    command.add_option("--patient", chosen.value, "The patient's identifier")->required();
    command.add_option("--authority", chosen.authority, "Who issued it: a name of [[authority]]")->required();
}

std::string time_or_now(const std::string& time) {
    return time.empty() ? to_rfc3339(system_clock().now()) : time;
}

void print_recipients(const nlohmann::json& recipients) {
    if (recipients.empty()) std::cout << "nobody got data\n";
    for (const auto& one : recipients) {
        std::cout << one.value("destination", "") << "\tfor " << joined(one.at("purposes")) << '\t'
                  << one.value("reports", 0) << " reports\t" << one.value("first", "") << "\t"
                  << one.value("last", "") << "\tacknowledged " << one.at("acknowledged").value("reports", 0)
                  << '\n';
    }
}

void print_whom_to_inform(const nlohmann::json& answer) {
    if (!answer.contains("recipients") || answer.at("recipients").empty()) return;
    std::cout << "inform those who got data (Art. 19 DSGVO):\n";
    print_recipients(answer.at("recipients"));
}

}  // namespace edgeward::app
