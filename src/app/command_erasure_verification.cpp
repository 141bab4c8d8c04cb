#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/core/file.hpp>

#include "configuration.hpp"
#include "daemon_request.hpp"
#include "erasure_verification.hpp"
#include "keys.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

struct Chosen {
    fs::path certificate;
    fs::path data_folder;
    std::vector<fs::path> backups;
};

json to_json(const SearchedFile& file) {
    json made = {{"name", file.name},          {"pages", file.read.pages},
                 {"frames", file.read.frames}, {"unauthentic", file.read.unauthentic},
                 {"octets", file.read.octets}, {"found", file.found}};
    made["control"] = file.has_control ? json(file.control) : json(nullptr);
    return made;
}

json to_json(const ErasureVerdict& verdict) {
    json files = json::array();
    for (const auto& file : verdict.files)
        files.push_back(to_json(file));
    json remaining = json::array();
    for (const auto& one : verdict.certificate.backups) {
        json said = {{"name", one.name}, {"part", one.part}};
        said["until"] = one.until ? json(to_rfc3339(*one.until)) : json(nullptr);
        remaining.push_back(std::move(said));
    }
    return {{"proven", verdict.proven()},
            {"request", verdict.certificate.request},
            {"time", to_rfc3339(verdict.certificate.time)},
            {"in_ledger", verdict.in_ledger},
            {"in_audit_log", verdict.in_audit_log},
            {"fingerprints", verdict.certificate.fingerprints.size()},
            {"files", std::move(files)},
            {"remaining_backups", std::move(remaining)}};
}

void print_file(const json& file) {
    std::cout << file.value("name", "") << ": " << file.at("pages") << " pages, " << file.at("frames")
              << " frames of the log, " << file.at("octets") << " octets: ";
    if (file.value("found", 0) > 0) {
        std::cout << "FOUND at " << file.at("found") << " places";
    } else {
        std::cout << "nothing";
    }
    if (!file.at("control").is_null()) std::cout << "; control found at " << file.at("control") << " places";
    if (file.value("unauthentic", 0) > 0)
        std::cout << "; " << file.at("unauthentic") << " PAGES DO NOT AUTHENTICATE";
    std::cout << '\n';
}

void print(const json& answer) {
    std::cout << "certificate: signed by this installation, request " << answer.at("request") << " of "
              << answer.value("time", "") << ", " << answer.at("fingerprints") << " fingerprints\n";
    std::cout << "erasure ledger: " << (answer.value("in_ledger", false) ? "has it" : "DOES NOT HAVE IT")
              << '\n';
    std::cout << "audit log: " << (answer.value("in_audit_log", false) ? "has it" : "DOES NOT HAVE IT")
              << '\n';
    for (const auto& file : answer.at("files"))
        print_file(file);
    for (const auto& one : answer.at("remaining_backups"))
        std::cout << "the certificate says: " << one.value("part", "") << " of " << one.value("name", "")
                  << " had it then, until "
                  << (one.at("until").is_string() ? one.value("until", "") : "somebody removes it") << '\n';
    std::cout << (answer.value("proven", false) ? "PROVEN: nothing of it is left where was looked"
                                                : "NOT PROVEN")
              << '\n';
}

int verify(const CommandOptions& options, const Chosen& chosen) {
    auto loaded = load_configuration(options.config_file);
    for (const auto& problem : loaded.problems)
        std::cerr << problem.to_string() << '\n';
    if (!loaded.problems.empty())
        return complain({ErrorKind::misconfigured, "the configuration has to be mended first"});
    const auto& gateway = loaded.configuration.gateway;
    const fs::path folder = chosen.data_folder.empty() ? gateway.data_folder : chosen.data_folder;
    const auto text = read_file(chosen.certificate);
    if (!text) return complain(text.error());
    const config::Credentials credentials(gateway.credentials_folder);
    const auto kek = read_key_encryption_key(credentials, gateway.key_encryption_key);
    if (!kek) return complain(kek.error());
    const auto keys = load_key_ring(folder, *kek);
    if (!keys) return complain(keys.error());
    auto verdict = verify_erasure(*text, folder, *keys);
    if (!verdict) return complain(verdict.error());
    backup::BackupKeys backup_keys;
    backup_keys.wrapping = backup::wrapping_key_of(*kek);
    for (const auto& file : chosen.backups) {
        auto searched = search_backup(verdict->certificate, file, backup_keys, fs::temp_directory_path());
        if (!searched) return complain(std::move(searched.error()).during(file.filename().string()));
        verdict->files.insert(verdict->files.end(), searched->begin(), searched->end());
    }
    const int shown = show_answer(options, to_json(*verdict), print);
    return verdict->proven() ? shown : exit_failure;
}

}  // namespace

void add_erasure_verification(CLI::App& app, const CommandOptions& options, int& exit) {
    auto chosen = std::make_shared<Chosen>();  // shared: lives as long as the parser's callbacks
    auto* erasure = app.add_subcommand("erasure", "Proofs of erasures, without the running gateway");
    erasure->require_subcommand(1);
    auto* command = erasure->add_subcommand(
        "verify", "Search the files for what an erasure destroyed; needs the keys. Exit code 1: not proven");
    command->add_option("certificate", chosen->certificate, "The certificate's file")->required();
    command->add_option("--data-dir", chosen->data_folder,
                        "Folder with the databases; default: as configured");
    command->add_option("--backup", chosen->backups,
                        "A part of a backup to be searched too; may be repeated");
    command->callback([&options, &exit, chosen] { exit = verify(options, *chosen); });
}

}  // namespace edgeward::app
