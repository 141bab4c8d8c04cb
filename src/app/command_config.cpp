#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "config_difference.hpp"
#include "config_problem.hpp"
#include "credential_check.hpp"
#include "daemon_request.hpp"
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

// What `diff` compares.
struct Compared {
    std::vector<config::Setting> settings;
    std::vector<MappingFile> mappings;
};

// invalid_input: the file has mistakes, which are printed.
Result<Compared> read_file_for_diff(const std::filesystem::path& file) {
    auto loaded = load_configuration(file);
    for (const auto& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (!loaded.problems.empty()) return failure(ErrorKind::misconfigured, file.string() + " has mistakes");
    return Compared{std::move(loaded.settings), std::move(loaded.mappings)};
}

Result<Compared> ask_for_configuration(const CommandOptions& options) {
    const auto answer = ask_daemon(options, "GET", "/v1/configuration");
    if (!answer) return failure(answer.error());
    Compared running;
    try {
        for (const auto& setting : answer->at("settings"))
            running.settings.push_back({setting.at("setting"), setting.at("value"), setting.at("from")});
        for (const auto& mapping : answer->at("mappings")) {
            MappingFile file{mapping.at("file"), {}};
            Bytes octets;
            if (!from_hex(mapping.at("sha256").get<std::string>(), octets) ||
                octets.size() != file.digest.size())
                return failure(ErrorKind::unavailable, "the gateway answers with a digest that is none");
            std::copy(octets.begin(), octets.end(), file.digest.begin());
            running.mappings.push_back(std::move(file));
        }
    } catch (const json::exception&) {
        return failure(ErrorKind::unavailable, "the gateway does not answer as this version expects");
    }
    return running;
}

json to_json(const std::vector<SettingDifference>& settings, const std::vector<MappingDifference>& mappings,
             const std::string& restart) {
    json made = {
        {"settings", json::array()}, {"mappings", json::array()}, {"needs_restart", !restart.empty()}};
    const auto text_or_null = [](const std::string& text) { return text.empty() ? json() : json(text); };
    for (const auto& one : settings)
        made["settings"].push_back({{"setting", one.path},
                                    {"before", text_or_null(one.before)},
                                    {"after", text_or_null(one.after)},
                                    {"from", one.where},
                                    {"needs_restart", one.needs_restart}});
    for (const auto& one : mappings)
        made["mappings"].push_back({{"file", one.file}, {"change", one.change}});
    return made;
}

void print(const SettingDifference& one) {
    const char sign = one.before.empty() ? '+' : one.after.empty() ? '-' : '~';
    std::cout << sign << ' ' << one.path << " = ";
    if (!one.before.empty()) std::cout << one.before << (one.after.empty() ? "" : " -> ");
    std::cout << one.after;
    if (!one.after.empty()) std::cout << "   (" << (one.where.empty() ? "default" : one.where) << ")";
    std::cout << (one.needs_restart ? "   after a restart\n" : "\n");
}

int diff(const CommandOptions& options, const std::string& earlier) {
    const auto after = read_file_for_diff(options.config_file);
    if (!after) return exit_misconfigured;
    const auto before = earlier.empty() ? ask_for_configuration(options) : read_file_for_diff(earlier);
    if (!before) {
        if (before.error().kind == ErrorKind::misconfigured) return exit_misconfigured;
        return show_answer(options, failure(before.error()), {});
    }
    const auto settings = differences(before->settings, after->settings);
    const auto mappings = differences(before->mappings, after->mappings);
    const auto restart = needs_restart(before->settings, after->settings);
    if (options.json) {
        std::cout << to_json(settings, mappings, restart).dump(2) << '\n';
        return exit_success;
    }
    for (const auto& one : settings)
        print(one);
    for (const auto& one : mappings)
        std::cout << "mapping " << one.file << ": " << one.change << '\n';
    if (settings.empty() && mappings.empty()) {
        std::cout << "no difference\n";
    } else if (restart.empty()) {
        std::cout << "'edgeward reload' makes this effective\n";
    } else {
        std::cout << "'edgeward reload' would refuse this: " << restart
                  << " takes effect only after a restart\n";
    }
    return exit_success;
}

}  // namespace

void add_config_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("config", "Check, explain and compare the configuration");
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
    auto* comparing = command->add_subcommand(
        "diff", "Show what the file would change in the running gateway, and whether that needs a restart");
    auto earlier = std::make_shared<std::string>();  // shared: lives as long as the parser's callback
    comparing->add_option("earlier", *earlier,
                          "Compare with this configuration file instead of the running gateway");
    comparing->callback([&options, &exit, earlier] { exit = diff(options, *earlier); });
}

}  // namespace edgeward::app
