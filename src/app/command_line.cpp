#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <edgeward/config/document.hpp>

#include "access_gate.hpp"
#include "command.hpp"

namespace edgeward::app {

int exit_code_of(const Error& error) noexcept {
    switch (error.kind) {
        case ErrorKind::invalid_input:
        case ErrorKind::rejected:
            return exit_failure;
        case ErrorKind::unavailable:
        case ErrorKind::ambiguous:
        case ErrorKind::exhausted:
            return exit_unavailable;
        case ErrorKind::denied:
            return exit_denied;
        case ErrorKind::misconfigured:
            return exit_misconfigured;
        case ErrorKind::corrupt:
            return exit_corrupt;
    }
    return exit_failure;
}

int complain(const Error& error) {
    std::cerr << "edgeward: error: " << error.message << '\n';
    return exit_code_of(error);
}

namespace {

// A word where a command was expected; nothing when the command line is wrong for another reason.
std::optional<std::string> unknown_command(const CLI::App& app) {
    const CLI::App* deepest = &app;
    while (!deepest->get_subcommands().empty())
        deepest = deepest->get_subcommands().front();
    std::vector<std::string> known;
    for (const CLI::App* child : deepest->get_subcommands([](const CLI::App*) { return true; }))
        known.push_back(child->get_name());
    const auto words = app.remaining(true);
    if (known.empty() || words.empty() || words.front().starts_with("-")) return std::nullopt;
    std::string text = "unknown command '" + words.front() + '\'';
    if (deepest != &app) text += " of edgeward " + deepest->get_name();
    if (const auto near = config::nearest(words.front(), known))
        return text + "; did you mean " + *near + '?';
    text += "; expected one of:";
    for (const auto& name : known)
        text += ' ' + name;
    return text;
}

}  // namespace

int run_command_line(int argc, const char* const* argv) {
    CLI::App app(
        "Edgeward, the secure medical edge gateway.\n\n"
        "Takes data of medical devices from an MQTT broker, maps it to coded observations, takes the "
        "patients' names\n"
        "off, keeps everything encrypted with a tamper-evident log, and forwards to KIS, LIS and research "
        "what each may\n"
        "have. Begin with `edgeward init`, then `edgeward config check`, then `edgeward run`.\n\n"
        "Exit codes: 0 success, 1 the thing asked for did not succeed, 2 wrong command line, 3 no answer,\n"
        "4 not allowed, 5 configuration to be mended, 6 stored data does not verify.",
        "edgeward");
    CommandOptions options;
    int exit = exit_success;
    app.set_version_flag("--version", EDGEWARD_VERSION);
    app.add_option("-c,--config", options.config_file, "The configuration file")->capture_default_str();
    app.add_option("--socket", options.socket,
                   "The daemon's control socket; default: as the configuration says");
    app.add_flag("--json", options.json, "Print JSON");
    app.add_option("--break-glass", options.break_glass,
                   "In an emergency: why you ask for what your role does not permit otherwise; leaves an "
                   "audit record")
        ->check(
            CLI::IsMember(std::vector<std::string>(break_glass_reasons.begin(), break_glass_reasons.end())));
    app.require_subcommand(1);
    app.fallthrough();
    for (auto* add : {&add_run_command,      &add_init_command,         &add_config_commands,
                      &add_mapping_commands, &add_policy_commands,      &add_status_commands,
                      &add_books_commands,   &add_dead_letter_commands, &add_destination_commands,
                      &add_device_commands,  &add_quarantine_commands,  &add_person_commands,
                      &add_erasure_commands, &add_consent_commands,     &add_pseudonym_commands,
                      &add_bed_commands,     &add_user_commands,        &add_audit_commands,
                      &add_backup_commands,  &add_alarm_commands,       &add_key_commands,
                      &add_report_commands,  &add_witness_commands,     &add_completion_command,
                      &add_manual_command}) {
        add(app, options, exit);
    }
    // Whatever the configuration says is relative to its file must stay so when the daemon changes its
    // folder.
    app.parse_complete_callback(
        [&options] { options.config_file = std::filesystem::absolute(options.config_file); });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (const auto unknown = unknown_command(app)) {
            std::cerr << "edgeward: error: " << *unknown << '\n';
            return exit_usage;
        }
        const int code = app.exit(error);
        return code == 0 ? exit_success : exit_usage;
    }
    return exit;
}

}  // namespace edgeward::app
