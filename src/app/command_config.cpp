#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "config_problem.hpp"
#include "configuration.hpp"
#include "credential_check.hpp"
#include "setting_notes.hpp"
#include "shipped_files.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr const char* unseen_credentials =
    "Credentials were not checked: systemd hands them to the service alone. The service itself says at its\n"
    "start which one is missing or does not fit.\n";

int check(const CommandOptions& options) {
    auto loaded = load_configuration(options.config_file);
    const bool looked = loaded.problems.empty() && sees_credentials(loaded.configuration);
    if (looked) loaded.problems = check_credentials(loaded);
    if (options.json) {
        json made = {
            {"problems", json::array()}, {"warnings", json::array()}, {"credentials_checked", looked}};
        for (const auto& problem : loaded.problems)
            made["problems"].push_back(config_problem(problem));
        for (const auto& warning : loaded.warnings)
            made["warnings"].push_back(config_problem(warning));
        std::cout << made.dump(2) << '\n';
    } else {
        for (const auto& problem : loaded.problems)
            std::cout << problem.to_string() << '\n';
        for (const auto& warning : loaded.warnings)
            std::cout << warning.to_string() << '\n';
        if (loaded.problems.empty()) {
            std::cout << options.config_file.string() << ": sound, "
                      << loaded.configuration.catalogue.devices.all().size() << " devices, "
                      << loaded.configuration.catalogue.mappings.names().size() << " mappings, "
                      << loaded.configuration.delivery.destinations.size() << " destinations\n"
                      << (looked ? "" : unseen_credentials);
        }
    }
    return loaded.problems.empty() ? exit_success : exit_misconfigured;
}

int explain(const CommandOptions& options, const std::string& prefix) {
    const auto loaded = load_configuration(options.config_file);
    const auto notes = setting_notes(shipped_files().at("edgeward.toml"));
    json made = json::array();
    std::size_t shown = 0;
    for (const auto& setting : loaded.settings) {
        if (!setting.path.starts_with(prefix)) continue;
        ++shown;
        const auto note = notes.find(without_positions(setting.path));
        const std::string meaning = note == notes.end() ? "" : note->second;
        if (options.json) {
            made.push_back({{"setting", setting.path},
                            {"value", setting.value},
                            {"from", setting.where},
                            {"meaning", meaning}});
        } else {
            if (!meaning.empty()) std::cout << "# " << meaning << '\n';
            std::cout << setting.path << " = " << setting.value << "   ("
                      << (setting.where.empty() ? "default" : setting.where) << ")\n";
        }
    }
    if (options.json) std::cout << made.dump(2) << '\n';
    for (const auto& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (!loaded.problems.empty()) return exit_misconfigured;
    if (shown > 0) return exit_success;
    std::cerr << "edgeward: error: no setting begins with '" << prefix << "'\n";
    return exit_failure;
}

}  // namespace

void add_config_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("config", "Check and explain the configuration");
    command->require_subcommand(1);
    command
        ->add_subcommand("check",
                         "Report every mistake of the configuration, its mappings and credentials as "
                         "file:line:column")
        ->callback([&options, &exit] { exit = check(options); });
    auto* explaining = command->add_subcommand(
        "explain", "Show every setting with its meaning, its value and where that comes from");
    auto prefix = std::make_shared<std::string>();  // shared: lives as long as the parser's callback
    explaining->add_option("prefix", *prefix, "Only settings that begin with this, such as mqtt");
    explaining->callback([&options, &exit, prefix] { exit = explain(options, *prefix); });
}

}  // namespace edgeward::app
