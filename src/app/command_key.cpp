#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/core/random.hpp>

#include "command.hpp"
#include "configuration.hpp"
#include "keys.hpp"

namespace edgeward::app {
namespace {

int rewrap(const CommandOptions& options, const std::string& next) {
    const auto loaded = load_configuration(options.config_file);
    if (!loaded.problems.empty()) {
        for (const auto& problem : loaded.problems)
            std::cerr << problem.to_string() << '\n';
        return exit_misconfigured;
    }
    const auto& settings = loaded.configuration.gateway;
    const config::Credentials credentials(settings.credentials_folder);
    const auto from = read_key_encryption_key(credentials, settings.key_encryption_key);
    if (!from) return complain(from.error());
    const auto to = read_key_encryption_key(credentials, next);
    if (!to) return complain(to.error());
    if (auto done = rewrap_key_ring(settings.data_folder, *from, *to); !done) return complain(done.error());
    std::cout << "the key ring is wrapped under credential " << next
              << "; set gateway.key_encryption_key to it before the next start\n";
    return exit_success;
}

int generate() {
    Bytes octets(32);
    system_random().fill(octets);
    const Secret key(std::move(octets));
    std::cout << to_hex(key.reveal()) << '\n';
    return exit_success;
}

}  // namespace

void add_key_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("key", "The keys of this installation");
    command->require_subcommand(1);
    command
        ->add_subcommand(
            "generate",
            "Print a fresh key-encryption key, for `edgeward key generate | systemd-creds encrypt "
            "--name=kek - /etc/credstore.encrypted/kek`")
        ->callback([&exit] { exit = generate(); });
    auto* rewrapping =
        command->add_subcommand("rewrap", "Change the key-encryption key; the data stays as it is");
    auto next = std::make_shared<std::string>();  // shared: lives as long as the parser's callback
    rewrapping->add_option("credential", *next, "Name of the credential with the new key")->required();
    rewrapping->callback([&options, &exit, next] { exit = rewrap(options, *next); });
}

}  // namespace edgeward::app
