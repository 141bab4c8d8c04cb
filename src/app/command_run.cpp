#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/service_notifier.hpp>
#include <edgeward/core/log.hpp>

#include "command.hpp"
#include "daemon_process.hpp"
#include "gateway.hpp"

namespace edgeward::app {
namespace {

constexpr std::chrono::seconds maintenance_interval{60};

void reload(Gateway& gateway, const admin::ServiceNotifier& notifier) {
    notifier.reloading();
    if (auto done = gateway.reload(); !done)
        notifier.status("the newest configuration is refused, see the journal");
    notifier.ready();
}

void serve(Gateway& gateway, const sigset_t& signals, const admin::ServiceNotifier& notifier) {
    const auto watchdog = admin::ServiceNotifier::watchdog_interval();
    const auto turn = watchdog ? std::chrono::duration_cast<std::chrono::milliseconds>(*watchdog)
                               : std::chrono::milliseconds(maintenance_interval);
    auto maintained = std::chrono::steady_clock::now();
    for (;;) {
        const int signal =
            wait_for_signal(signals, std::min(turn, std::chrono::milliseconds(maintenance_interval)));
        if (signal == SIGTERM || signal == SIGINT) return;
        if (signal == SIGHUP) reload(gateway, notifier);
        notifier.watchdog();
        if (std::chrono::steady_clock::now() - maintained < maintenance_interval) continue;
        maintained = std::chrono::steady_clock::now();
        gateway.maintain();
    }
}

int run(const CommandOptions& options) {
    guard_process();
    const sigset_t signals = block_signals();
    auto loaded = load_configuration(options.config_file);
    for (const auto& warning : loaded.warnings)
        std::cerr << warning.to_string() << '\n';
    if (!loaded.problems.empty()) {
        for (const auto& problem : loaded.problems)
            std::cerr << problem.to_string() << '\n';
        return exit_misconfigured;
    }
    log::configure(loaded.configuration.gateway.log_level, loaded.configuration.gateway.log_format);
    if (!loaded.configuration.gateway.credentials_folder.empty() &&
        std::getenv("CREDENTIALS_DIRECTORY") == nullptr) {
        log::warning(
            "keys are read from a folder: for evaluation only; in production systemd passes credentials");
    }
    const admin::ServiceNotifier notifier;
    auto gateway = Gateway::open(std::move(loaded), options.config_file);
    if (!gateway) {
        log::error("the gateway cannot start",
                   {{"kind", name_of(gateway.error().kind)}, {"reason", gateway.error().message}});
        return exit_code_of(gateway.error());
    }
    if (auto started = (*gateway)->start(); !started) {
        log::error("the gateway cannot start",
                   {{"kind", name_of(started.error().kind)}, {"reason", started.error().message}});
        return exit_code_of(started.error());
    }
    notifier.ready();
    serve(**gateway, signals, notifier);
    notifier.stopping();
    (*gateway)->stop();
    return exit_success;
}

}  // namespace

void add_run_command(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand(
        "run",
        "Run the gateway in the foreground, as systemd does. SIGTERM ends it, SIGHUP reloads destinations, "
        "devices, mappings and log level.");
    command->callback([&options, &exit] { exit = run(options); });
}

}  // namespace edgeward::app
