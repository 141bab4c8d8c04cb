#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include <edgeward/admin/http.hpp>
#include <edgeward/core/result.hpp>

namespace CLI {
class App;
}

namespace edgeward::app {

// Exit codes of every command (docs/operations.md).
enum ExitCode : int {
    exit_success = 0,
    exit_failure = 1,        // the thing asked for did not succeed: found problems, verification failed
    exit_usage = 2,          // the command line is wrong
    exit_unavailable = 3,    // the daemon, a file or a peer does not answer
    exit_denied = 4,         // not allowed
    exit_misconfigured = 5,  // the configuration or a credential has to be mended
    exit_corrupt = 6,        // stored data does not verify: call a person
};

// What all commands share.
struct CommandOptions {
    std::filesystem::path config_file = "/etc/edgeward/edgeward.toml";
    std::filesystem::path socket;  // empty: as the configuration file says
    bool json = false;             // machine-readable output on standard output
    std::string break_glass;       // why policies are asked as in an emergency; empty: they are not
};

int exit_code_of(const Error& error) noexcept;
// "edgeward: error: …" on standard error; gives the exit code.
int complain(const Error& error);

// Each adds its subcommands; a chosen one stores its exit code in `exit`.
void add_run_command(CLI::App& app, const CommandOptions& options, int& exit);
void add_init_command(CLI::App& app, const CommandOptions& options, int& exit);
void add_config_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_mapping_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_audit_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_backup_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_key_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_status_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_books_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_dead_letter_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_destination_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_alarm_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_device_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_quarantine_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_person_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_consent_commands(CLI::App& app, const CommandOptions& options, int& exit);
// After add_person_commands: they are words of `person` too.
void add_erasure_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_erasure_verification(CLI::App& app, const CommandOptions& options, int& exit);
void add_pseudonym_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_report_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_policy_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_user_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_bed_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_witness_commands(CLI::App& app, const CommandOptions& options, int& exit);
void add_completion_command(CLI::App& app, const CommandOptions& options, int& exit);
void add_manual_command(CLI::App& app, const CommandOptions& options, int& exit);

// Builds the whole command line and runs it.
int run_command_line(int argc, const char* const* argv);

}  // namespace edgeward::app
