#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/access/account_book.hpp>

#include "command.hpp"
#include "configuration.hpp"
#include "evaluation.hpp"
#include "keys.hpp"

namespace edgeward::app {
namespace {

// How the first device, when there is one, says something.
std::string example_message(const EvaluationSettings& chosen) {
    if (chosen.devices.empty()) return {};
    const std::string folder = chosen.folder.string();
    const std::string& device = chosen.devices.front();
    return "  5. mosquitto_pub -h " + chosen.broker_host + " -p " + std::to_string(chosen.broker_port) +
           " --cafile " + folder + "/authority/ca.pem --cert " + folder + "/devices/" + device +
           ".pem --key " + folder + "/devices/" + device + ".key -q 1 -t devices/" + device +
           "/vitals -m '{\"ts\":\"'$(date -Is)'\",\"HR\":62}'\n"
           "     for a device entered as  [[device]]  id = \"" +
           device + "\"  mapping = \"monitor_flat\"\n";
}

int init(const EvaluationSettings& chosen, bool add) {
    const Instant now = system_clock().now();
    if (auto done = add ? add_certificates(chosen, now) : create_evaluation(chosen, now); !done) {
        return complain(done.error());
    }
    if (add) return exit_success;
    const std::string folder = chosen.folder.string();
    std::cout << "made " << folder << " for an evaluation on this machine:\n"
              << "  1. mosquitto -c " << folder << "/broker/mosquitto.conf\n"
              << "  2. enter devices and destinations in " << folder
              << "/edgeward.toml; examples stand in it\n"
              << "  3. edgeward --config " << folder << "/edgeward.toml config check\n"
              << "  4. edgeward --config " << folder << "/edgeward.toml run\n"
              << example_message(chosen)
              << "Keys and certificates in it are for evaluation only. docs/operations.md has the way to "
                 "production.\n";
    return exit_success;
}

// The first account is made by HTTPS once the gateway runs; until then there is none.
int invite_first(const std::filesystem::path& folder, const Secret& kek) {
    const auto keys = load_key_ring(folder, kek);
    if (!keys) return complain(keys.error());
    const auto accounts = access::AccountBook::open(folder, *keys);
    if (!accounts) return complain(accounts.error());
    const auto invitation = (*accounts)->invite_first(system_clock().now());
    if (!invitation) return complain(invitation.error());
    std::cout << "one-time code of the first account, until " << to_rfc3339(invitation->expires) << ":\n"
              << invitation->code << '\n';
    return exit_success;
}

// An installation under systemd: the key ring only. Configuration and certificates are the hospital's.
int init_key_ring(const CommandOptions& options) {
    const auto loaded = load_configuration(options.config_file);
    for (const auto& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (!loaded.problems.empty()) return exit_misconfigured;
    const auto& settings = loaded.configuration.gateway;
    const auto kek = read_key_encryption_key(config::Credentials(settings.credentials_folder),
                                             settings.key_encryption_key);
    if (!kek) return complain(kek.error());
    if (auto done = create_key_ring(settings.data_folder, *kek); !done) return complain(done.error());
    std::cout << "made " << (settings.data_folder / key_ring_file).string() << '\n';
    return loaded.configuration.admin.api ? invite_first(settings.data_folder, *kek) : exit_success;
}

}  // namespace

void add_init_command(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand(
        "init",
        "Make a new installation: with --evaluation a whole one below a folder (keys, private authority, "
        "configuration, broker), without it the key ring of the configured one");
    auto chosen = std::make_shared<EvaluationSettings>();  // shared: lives as long as the parser's callback
    auto add = std::make_shared<bool>(false);
    chosen->mappings = "/usr/share/edgeward/mappings";
    command->add_option("--evaluation", chosen->folder, "Folder of the evaluation installation");
    command->add_option("--mappings", chosen->mappings, "Where the shipped mappings are")
        ->capture_default_str();
    command->add_option("--device", chosen->devices,
                        "Also a certificate for this device id; may be repeated");
    command->add_option("--server", chosen->servers,
                        "Also a server certificate of this name; may be repeated");
    command->add_option("--broker-host", chosen->broker_host, "Name of this machine")->capture_default_str();
    command->add_option("--broker-port", chosen->broker_port, "Port of the broker")->capture_default_str();
    command->add_flag("--add", *add, "Only add certificates to an evaluation installation");
    command->callback([&options, &exit, chosen, add] {
        exit = chosen->folder.empty() ? init_key_ring(options) : init(*chosen, *add);
    });
}

}  // namespace edgeward::app
