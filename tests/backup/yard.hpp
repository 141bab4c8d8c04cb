#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <edgeward/backup/backup.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/crypto/recovery_key.hpp>
#include <edgeward/store/report_seal.hpp>

#include "container_header.hpp"
#include "store/bench.hpp"
#include "support/scratch_folder.hpp"

// What the tests of the backups share: an installation at work in a folder of its own, as small as can be.
namespace edgeward::backup {

inline void must(const Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().message);
}

template <typename T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
}

inline Secret kek_of(std::uint8_t octet) {
    return Secret(Bytes(32, octet));
}

inline const crypto::RecoveryPair& recovery_pair() {
    static const crypto::RecoveryPair pair = crypto::make_recovery_pair();
    return pair;
}

inline void write_text(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

inline std::string text_of_path(const std::filesystem::path& file) {
    return must(read_file(file));
}

// A word that must not be found on any disk in clear.
inline constexpr std::string_view canary = "Canaryname";

class Yard {
public:
    Yard() {
        for (const auto& part : {data(), mappings(), policies(), backups()})
            std::filesystem::create_directories(part);
        write_text(configuration(),
                   "[gateway]\ndata_folder = \"data\"\nmappings_folder = \"mappings\"\n[policy]\nfolder = "
                   "\"policies\"\n");
        write_text(policies() / "own.cedar", "// none\n");
        write_text(mappings() / "monitor_flat.toml", "[mapping]\nname = \"monitor_flat\"\n");
        write_text(top_ / "recovery.pem", recovery_pair().public_key);
        settings.folder = backups();
        settings.recovery_key = top_ / "recovery.pem";
        settings.rate = std::uint64_t{10} << 30U;
        must(write_file_durably(data() / "keyring", bytes_of(keys.wrap(kek_of(1))), 0600));
        open();
    }
    ~Yard() { close(); }
    Yard(const Yard&) = delete;
    Yard& operator=(const Yard&) = delete;

    void open() {
        store::StoreSettings chosen;
        chosen.folder = data();
        vault = must(vault::open_vault(data(), keys));
        store = must(store::open_store(chosen, {}, keys, system_clock()));
        must(store.writer->run([](store::ObservationStore& to) { return to.set_destinations({"kis"}); }));
    }
    void close() {
        if (store.writer) store.writer->stop();
        store = {};
        vault.reset();
    }

    // A person with a report in the store.
    model::Pseudonym take_in(const std::string& identifier) {
        model::Identity identity;
        identity.identifiers = {{identifier, "KIS", "MR"}};
        identity.family = canary;
        const auto subject = must(vault->admit(identity, "user:1"));
        store::SealedReport report = store::report_of(++observation_ * 10, 2);
        report.subject = subject;
        store::Inbound message;
        message.device = "monitor-1";
        message.received = report.received;
        message.fate = store::Stored{{report}, {}};
        must(store.writer->run([&](store::ObservationStore& to) { return to.record({message}); }));
        return subject;
    }

    [[nodiscard]] BackupSources sources() const {
        return {data(), configuration(), mappings(),     policies(),  *store.reader, *store.writer, *vault,
                keys,   wrapping_octet,  system_clock(), "0.1.0-test"};
    }
    Created create() { return must(create_backup(settings, sources())); }
    [[nodiscard]] BackupPair pair(const std::string& name = {}) const {
        return must(find_pair(must(list_backups(backups())), name));
    }
    [[nodiscard]] static BackupKeys by_kek() {
        BackupKeys keys;
        keys.wrapping = wrapping_key_of(kek_of(1));
        return keys;
    }
    [[nodiscard]] static BackupKeys by_recovery() {
        BackupKeys keys;
        keys.recovery_key = recovery_pair().private_key.clone();
        return keys;
    }
    [[nodiscard]] RestoreRequest request(const std::filesystem::path& folder) const {
        return {pair(), by_recovery(), kek_of(2), folder, backups(), false, "user:0"};
    }

    [[nodiscard]] std::filesystem::path top() const { return top_.path(); }
    [[nodiscard]] std::filesystem::path data() const { return top_ / "data"; }
    [[nodiscard]] std::filesystem::path mappings() const { return top_ / "mappings"; }
    [[nodiscard]] std::filesystem::path policies() const { return top_ / "policies"; }
    [[nodiscard]] std::filesystem::path backups() const { return top_ / "backups"; }
    [[nodiscard]] std::filesystem::path configuration() const { return top_ / "edgeward.toml"; }

private:
    support::ScratchFolder top_;
    std::uint64_t observation_ = 0;

public:
    BackupSettings settings;
    crypto::KeyRing keys = crypto::KeyRing::generate();
    Secret wrapping_octet = wrapping_key_of(kek_of(1));
    std::unique_ptr<vault::IdentityVault> vault;
    store::StoreParts store;
};

inline std::size_t entries_in(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder))
        ++count;
    return count;
}

}  // namespace edgeward::backup
