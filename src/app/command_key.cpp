#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/core/file.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/crypto/recovery_key.hpp>
#include <edgeward/crypto/recovery_share.hpp>

#include "configuration.hpp"
#include "daemon_request.hpp"
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

struct RecoveryFiles {
    std::filesystem::path private_key;
    std::filesystem::path public_key;
    std::size_t custodians = 1;
    std::size_t needed = 2;
};

// The texts to be given away, by the files they go into.
Result<std::vector<std::pair<std::filesystem::path, Secret>>> custody_of(const crypto::RecoveryPair& pair,
                                                                         const RecoveryFiles& files) {
    std::vector<std::pair<std::filesystem::path, Secret>> custody;
    if (files.custodians == 1) {
        custody.emplace_back(files.private_key, pair.private_key.clone());
        return custody;
    }
    auto shares = crypto::split_recovery_key(pair.private_key, files.needed, files.custodians);
    if (!shares) return failure(std::move(shares.error()));
    for (std::size_t i = 0; i < shares->size(); ++i)
        custody.emplace_back(files.private_key.string() + "." + std::to_string(i + 1),
                             std::move((*shares)[i]));
    return custody;
}

bool is_there(const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

int leave_as_it_is(const std::filesystem::path& file) {
    return complain({ErrorKind::misconfigured, file.string() + " is there already and is left as it is"});
}

void print_shares(const nlohmann::json& made) {
    for (const auto& share : made.at("shares"))
        std::cout << "made " << share.get<std::string>() << '\n';
    std::cout << "give each to another person and take it off this machine now; " << made.at("needed")
              << " of them open every backup\nmade " << made.value("public_key", "")
              << ": name it in backup.recovery_key\nfingerprint " << made.value("fingerprint", "") << '\n';
}

// The private half is written once and shown never; it is of no use on this machine. Divided, it is never
// written at all.
int generate_recovery(const CommandOptions& options, const RecoveryFiles& files) {
    constexpr unsigned owner_only = 0600;
    constexpr unsigned readable = 0644;
    const auto pair = crypto::make_recovery_pair();
    const auto fingerprint = crypto::recovery_fingerprint(pair.public_key);
    if (!fingerprint) return complain(fingerprint.error());
    const auto custody = custody_of(pair, files);
    if (!custody) return complain(custody.error());
    std::vector<std::string> names;
    for (const auto& [file, text] : *custody)
        names.push_back(file.string());
    for (const auto& file : names) {
        if (is_there(file)) return leave_as_it_is(file);
    }
    if (is_there(files.public_key)) return leave_as_it_is(files.public_key);
    for (const auto& [file, text] : *custody) {
        if (auto written = write_file_durably(file, text.reveal(), owner_only); !written)
            return complain(written.error());
    }
    if (auto written = write_file_durably(files.public_key, bytes_of(pair.public_key), readable); !written)
        return complain(written.error());
    if (files.custodians > 1) {
        const nlohmann::json answer = {{"shares", names},
                                       {"needed", files.needed},
                                       {"public_key", files.public_key.string()},
                                       {"fingerprint", to_hex(*fingerprint)}};
        return show_answer(options, answer, print_shares);
    }
    const nlohmann::json answer = {{"private_key", files.private_key.string()},
                                   {"public_key", files.public_key.string()},
                                   {"fingerprint", to_hex(*fingerprint)}};
    return show_answer(options, answer, [](const nlohmann::json& made) {
        std::cout << "made " << made.value("private_key", "")
                  << ": take it off this machine now, to two places under "
                  << "lock and key; whoever has it and a backup has everything\nmade "
                  << made.value("public_key", "") << ": name it in backup.recovery_key\nfingerprint "
                  << made.value("fingerprint", "") << '\n';
    });
}

void add_recovery_command(CLI::App& command, const CommandOptions& options, int& exit) {
    auto* recovery =
        command.add_subcommand("recovery", "The key that opens backups when this machine is gone");
    recovery->require_subcommand(1);
    auto files = std::make_shared<RecoveryFiles>();  // shared: lives as long as the parser's callback
    auto* generating = recovery->add_subcommand("generate", "Make one: two PEM files, RSA 3072");
    generating
        ->add_option("private", files->private_key,
                     "File for the private half, for offline custody; with --custodians the beginning of the "
                     "shares' names")
        ->required();
    generating->add_option("public", files->public_key, "File for the public half, for the configuration")
        ->required();
    generating
        ->add_option("--custodians", files->custodians,
                     "Divide the private half among so many people, none of whom has it alone")
        ->check(CLI::Range(std::size_t{1}, crypto::most_custodians))
        ->capture_default_str();
    generating->add_option("--needed", files->needed, "So many of the custodians open backups together")
        ->check(CLI::Range(std::size_t{2}, crypto::most_custodians))
        ->capture_default_str();
    generating->callback([&options, &exit, files] { exit = generate_recovery(options, *files); });
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
    add_recovery_command(*command, options, exit);
    auto* rewrapping =
        command->add_subcommand("rewrap", "Change the key-encryption key; the data stays as it is");
    auto next = std::make_shared<std::string>();  // shared: lives as long as the parser's callback
    rewrapping->add_option("credential", *next, "Name of the credential with the new key")->required();
    rewrapping->callback([&options, &exit, next] { exit = rewrap(options, *next); });
}

}  // namespace edgeward::app
