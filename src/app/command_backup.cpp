#include <unistd.h>

#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>

#include <edgeward/admin/control_client.hpp>
#include <edgeward/backup/backup.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/crypto/recovery_share.hpp>

#include "configuration.hpp"
#include "control_backups.hpp"
#include "daemon_request.hpp"
#include "keys.hpp"
#include "side_databases.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

// A large store takes minutes to copy and to prove.
constexpr std::chrono::hours patience{6};
constexpr std::size_t longest_pem = 65536;
constexpr std::size_t longest_share = 262144;

struct Chosen {
    std::string name;
    std::filesystem::path folder;
    std::vector<std::filesystem::path> recovery_keys;  // one key, or shares of it
    std::filesystem::path audit_key;
    bool replace = false;
    bool configuration = false;
    bool accept_lost = false;
};

// The configuration, or what is wrong with it on standard error.
Result<Configuration> configuration_of(const CommandOptions& options) {
    auto loaded = load_configuration(options.config_file);
    for (const auto& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (loaded.problems.empty()) return std::move(loaded.configuration);
    return failure(ErrorKind::misconfigured, "the configuration has to be mended first");
}

Result<std::filesystem::path> folder_of(const CommandOptions& options, const Chosen& chosen) {
    if (!chosen.folder.empty()) return chosen.folder;
    auto configuration = configuration_of(options);
    if (!configuration) return failure(std::move(configuration.error()));
    return configuration->backup.folder;
}

Result<Secret> key_encryption_key_of(const Configuration& configuration) {
    const config::Credentials credentials(configuration.gateway.credentials_folder);
    return read_key_encryption_key(credentials, configuration.gateway.key_encryption_key);
}

// The private half from one file, or from the shares of its custodians.
Result<Secret> recovery_key_in(const std::vector<std::filesystem::path>& files) {
    std::vector<Secret> texts;
    for (const auto& file : files) {
        auto text = read_file(file, longest_share);
        if (!text) return failure(std::move(text.error()));
        std::string& read = *text;
        texts.emplace_back(bytes_of(read));
        wipe(read.data(), read.size());
    }
    const bool shares = std::ranges::any_of(
        texts, [](const Secret& text) { return crypto::is_recovery_share(text.reveal()); });
    if (shares) return crypto::join_recovery_shares(texts);
    if (texts.size() > 1)
        return failure(ErrorKind::invalid_input,
                       "expected one key, or shares of one; got several files that are none");
    return std::move(texts.front());
}

// What is given on the command line.
Result<backup::BackupKeys> keys_of(const Chosen& chosen) {
    backup::BackupKeys keys;
    if (!chosen.recovery_keys.empty()) {
        auto recovery = recovery_key_in(chosen.recovery_keys);
        if (!recovery) return failure(std::move(recovery.error()).during("recovery key"));
        keys.recovery_key = *std::move(recovery);
    }
    if (!chosen.audit_key.empty()) {
        const auto pem = read_file(chosen.audit_key, longest_pem);
        if (!pem) return failure(Error(pem.error()).during("public key"));
        const auto key = crypto::parse_public_key(*pem);
        if (!key) return failure(Error(key.error()).during("public key"));
        keys.audit_key = *key;
    }
    return keys;
}

json entry_of(const backup::BackupFile& file) {
    return {{"name", file.name},
            {"part", file.persons ? "persons" : "data"},
            {"made", to_rfc3339(file.made)},
            {"octets", file.size},
            {"erasures", file.erasures},
            {"for_recovery", file.for_recovery},
            {"installation", file.installation}};
}

int list(const CommandOptions& options, const Chosen& chosen) {
    const auto folder = folder_of(options, chosen);
    if (!folder) return complain(folder.error());
    const auto files = backup::list_backups(*folder);
    if (!files) return complain(files.error());
    json all = json::array();
    for (const auto& file : *files)
        all.push_back(entry_of(file));
    return show_answer(options, json{{"folder", folder->string()}, {"backups", all}}, [](const json& answer) {
        for (const auto& file : answer.at("backups")) {
            std::cout << file.value("name", "") << '\t' << file.value("part", "") << '\t'
                      << file.value("octets", std::uint64_t{0}) << " octets"
                      << (file.value("for_recovery", false) ? "" : "\tNO RECOVERY KEY") << '\n';
        }
        std::cout << answer.at("backups").size() << " parts in " << answer.value("folder", "") << '\n';
    });
}

void print_lost(const json& answer, const char* what) {
    const auto lost = answer.value("objects_lost", std::uint64_t{0});
    if (lost > 0) std::cout << "LOST           " << lost << " objects " << what << '\n';
}

// "accounts.db 4, devices.db 12"
std::string entries_of(const json& answer) {
    std::string text;
    for (const auto& [file, entries] : answer.at("databases").items())
        text += (text.empty() ? "" : ", ") + file + " " + std::to_string(entries.get<std::uint64_t>());
    return text;
}

void print_created(const json& answer) {
    std::cout << "made " << answer.value("name", "") << " in " << answer.value("milliseconds", 0)
              << " ms: data " << answer.value("data_octets", std::uint64_t{0}) << " octets, persons "
              << answer.value("persons_octets", std::uint64_t{0}) << " octets, "
              << answer.value("objects", std::uint64_t{0}) << " objects of "
              << answer.value("objects_octets", std::uint64_t{0}) << " octets, of them copied "
              << answer.value("copied_octets", std::uint64_t{0}) << '\n';
    print_lost(answer, "were not there and are not in the backup");
}

void print_verified(const json& answer) {
    std::cout << "sound: " << answer.value("name", "") << " of " << answer.value("made", "") << ", "
              << answer.value("records", 0) << " audit records verified, " << answer.value("reports", 0)
              << " reports held against their digests, " << answer.value("persons", 0) << " persons opened, "
              << answer.value("erased_since", 0) << " erased since, " << answer.value("objects", 0)
              << " objects held against their digests";
    if (const auto entries = entries_of(answer); !entries.empty()) std::cout << ", entries of " << entries;
    std::cout << ", in " << answer.value("milliseconds", 0) << " ms\n";
    print_lost(answer, "were not there when the backup was made");
}

// Without the gateway: by the recovery key, where the backups lie.
int verify_here(const CommandOptions& options, const Chosen& chosen) {
    const auto keys = keys_of(chosen);
    if (!keys) return complain(keys.error());
    const auto folder = folder_of(options, chosen);
    if (!folder) return complain(folder.error());
    const auto files = backup::list_backups(*folder);
    if (!files) return complain(files.error());
    const auto pair = backup::find_pair(*files, chosen.name);
    if (!pair) return complain(pair.error());
    const auto verified = backup::verify_backup(*pair, *keys, {*folder, side_databases()});
    if (!verified) return complain(verified.error());
    return show_answer(options, to_json(*verified), print_verified);
}

int verify(const CommandOptions& options, const Chosen& chosen) {
    if (!chosen.recovery_keys.empty()) return verify_here(options, chosen);
    return show_answer(options,
                       ask_daemon(options, "POST", "/v1/backups/verify", {{"name", chosen.name}}, patience),
                       print_verified);
}

std::string text_or(const json& answer, const char* name, const char* otherwise) {
    return answer.at(name).is_string() ? answer.at(name).get<std::string>() : otherwise;
}

void print_schedule(const json& answer) {
    std::cout << "schedule       " << answer.value("schedule", "") << ", next "
              << text_or(answer, "next_due", "never") << "\nfolder         " << answer.value("folder", "")
              << "\nrecovery key   " << (answer.value("recovery_key", false) ? "set" : "NOT SET")
              << "\nlast backup    " << text_or(answer, "last_made", "never") << ' '
              << answer.value("last_name", "") << "\nlast proof     "
              << text_or(answer, "last_verified", "never") << ' ' << answer.value("last_verified_name", "")
              << "\nkept           data " << answer.at("data").at("count") << " or "
              << answer.at("data").at("hours") << " h, persons " << answer.at("persons").at("count") << " or "
              << answer.at("persons").at("hours") << " h\n";
    if (!answer.value("trouble", "").empty())
        std::cout << "TROUBLE        " << answer.value("trouble", "") << '\n';
}

// Two programs on one vault would each undo what the other does.
Result<void> nobody_runs(const CommandOptions& options, const Configuration& configuration) {
    const auto socket = options.socket.empty() ? configuration.admin.socket : options.socket;
    const auto answer = admin::control_request(socket, "GET", "/v1/status", {}, std::chrono::seconds(5));
    if (!answer && answer.error().kind == ErrorKind::unavailable) return {};
    return failure(ErrorKind::denied, "the gateway is running; stop it first");
}

Result<backup::BackupPair> pair_of(const std::filesystem::path& folder, const std::string& name) {
    const auto files = backup::list_backups(folder);
    if (!files) return failure(files.error());
    return backup::find_pair(*files, name);
}

Result<backup::Restored> restore(const CommandOptions& options, const Chosen& chosen) {
    auto keys = keys_of(chosen);
    if (!keys) return failure(std::move(keys.error()));
    const auto folder = folder_of(options, chosen);
    if (!folder) return failure(folder.error());
    auto pair = pair_of(*folder, chosen.name);
    if (!pair) return failure(std::move(pair.error()));
    if (chosen.configuration || !std::filesystem::exists(options.config_file)) {
        const auto written = backup::restore_configuration(pair->data, *keys, options.config_file);
        if (!written) return failure(written.error());
        for (const auto& file : *written)
            std::cerr << "written: " << file.string() << '\n';
    }
    auto configuration = configuration_of(options);
    if (!configuration) return failure(std::move(configuration.error()));
    auto kek = key_encryption_key_of(*configuration);
    if (!kek) return failure(std::move(kek.error()));
    if (!keys->recovery_key) keys->wrapping = backup::wrapping_key_of(*kek);
    if (auto alone = nobody_runs(options, *configuration); !alone) return failure(std::move(alone.error()));
    const backup::RestoreRequest request{*std::move(pair),
                                         *std::move(keys),
                                         *std::move(kek),
                                         configuration->gateway.data_folder,
                                         *folder,
                                         chosen.replace,
                                         "user:" + std::to_string(::getuid()),
                                         side_databases(),
                                         chosen.accept_lost};
    return backup::restore_backup(request, system_clock());
}

void print_restored(const json& answer) {
    std::cout << "restored " << answer.value("name", "") << " of " << answer.value("made", "") << ": "
              << answer.value("records", 0)
              << " audit records, the log goes on with the record of this restore; "
              << answer.value("forgotten", 0)
              << " persons of the backup were erased since and are erased again; "
              << answer.value("objects", 0) << " objects are there again\n";
    print_lost(answer, "are not there again: what waited to be sent of them becomes dead letters");
    if (const auto entries = entries_of(answer); !entries.empty()) {
        std::cout << "entries of " << entries << ", as of " << answer.value("databases_of", "")
                  << ": devices that were revoked and accounts that were changed later are to be revoked and "
                     "changed again\n";
    }
    if (!answer.value("replaced", "").empty()) {
        std::cout << "what was there before is in " << answer.value("replaced", "")
                  << "; remove it when it is not needed any more, it holds persons\n";
    }
    std::cout << "start the gateway now\n";
}

int restore_and_tell(const CommandOptions& options, const Chosen& chosen) {
    const auto restored = restore(options, chosen);
    if (!restored) return complain(restored.error());
    return show_answer(options,
                       json{{"name", restored->name},
                            {"made", to_rfc3339(restored->made)},
                            {"records", restored->records},
                            {"erasures", restored->erasures},
                            {"forgotten", restored->forgotten},
                            {"objects", restored->objects},
                            {"objects_lost", restored->objects_lost},
                            {"databases", restored->databases},
                            {"databases_of", to_rfc3339(restored->databases_of)},
                            {"replaced", restored->replaced.string()}},
                       print_restored);
}

void add_key_options(CLI::App& command, const std::shared_ptr<Chosen>& chosen) {
    command.add_option("name", chosen->name, "Which, as `backup list` names it; default: the newest");
    command.add_option("--from", chosen->folder, "Folder of the backups; default: as the configuration says");
    command
        .add_option("--recovery-key", chosen->recovery_keys,
                    "File with the recovery key's private half, or once for each custodian's share of it")
        ->allow_extra_args(false);
    command.add_option("--public-key", chosen->audit_key,
                       "PEM of `edgeward audit public-key`: accept only backups signed with it");
}

}  // namespace

void add_backup_commands(CLI::App& app, const CommandOptions& options, int& exit) {
    auto* command = app.add_subcommand("backup", "Encrypted backups: make, prove and restore them");
    command->require_subcommand(1);
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks

    command->add_subcommand("create", "Make a backup now, while the gateway works")
        ->callback([&options, &exit] {
            exit = show_answer(options, ask_daemon(options, "POST", "/v1/backups", json::object(), patience),
                               print_created);
        });
    auto* listing = command->add_subcommand("list", "Which there are; needs neither the gateway nor a key");
    listing->add_option("--from", chosen->folder,
                        "Folder of the backups; default: as the configuration says");
    listing->callback([&options, &exit, chosen] { exit = list(options, *chosen); });

    auto* verifying = command->add_subcommand(
        "verify",
        "Prove that a backup can be restored: open it, verify audit chain, counts, digests and persons. The "
        "gateway does it, or with --recovery-key this command, anywhere");
    add_key_options(*verifying, chosen);
    verifying->callback([&options, &exit, chosen] { exit = verify(options, *chosen); });

    auto* restoring = command->add_subcommand(
        "restore",
        "Put a backup in place on this machine, under its own key-encryption key; the gateway is stopped");
    add_key_options(*restoring, chosen);
    restoring->add_flag("--replace", chosen->replace,
                        "Also where there is an installation; it is moved aside");
    restoring->add_flag("--configuration", chosen->configuration,
                        "Put the configuration, the mappings and the policies of the backup in place too");
    restoring->add_flag("--accept-lost-objects", chosen->accept_lost,
                        "Also when copies of DICOM objects are damaged or gone; what waited of them becomes "
                        "dead letters");
    restoring->callback([&options, &exit, chosen] { exit = restore_and_tell(options, *chosen); });

    command->add_subcommand("schedule", "When backups are made and how they stand")
        ->callback([&options, &exit] {
            exit = show_answer(options, ask_daemon(options, "GET", "/v1/backups"), print_schedule);
        });
}

}  // namespace edgeward::app
