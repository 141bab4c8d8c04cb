#pragma once

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <edgeward/backup/backup.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/crypto/recovery_key.hpp>
#include <edgeward/crypto/sealed_file.hpp>
#include <edgeward/database/database.hpp>
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

    // A person with a report in the store, and an object of it if one is given.
    model::Pseudonym take_in(const std::string& identifier, std::optional<store::ObjectFile> object = {}) {
        model::Identity identity;
        identity.identifiers = {{identifier, "KIS", "MR"}};
        identity.family = canary;
        const auto subject = must(vault->admit(identity, "user:1"));
        store::SealedReport report = store::report_of(++observation_ * 10, 2);
        report.subject = subject;
        report.file = object;
        store::Inbound message;
        message.device = "monitor-1";
        message.received = report.received;
        message.fate = store::Stored{{report}, {}};
        must(store.writer->run([&](store::ObservationStore& to) { return to.record({message}); }));
        return subject;
    }

    // A sealed object in the data folder, as it lies there before its message is stored.
    [[nodiscard]] store::ObjectFile seal_object(std::uint8_t number, std::size_t octets = 200'000) const {
        std::filesystem::create_directory(store::objects_folder(data()));
        store::ObjectFile file;
        file.name.fill(number);
        file.octets = octets;
        auto writer = must(crypto::SealedFileWriter::begin(object_file(number), Secret(Bytes(32, number))));
        const Bytes piece(std::min(octets, std::size_t{1} << 20U), number);
        for (std::size_t left = octets; left > 0; left -= std::min(left, piece.size()))
            must(writer.add(ByteView(piece).first(std::min(left, piece.size()))));
        must(writer.publish());
        return file;
    }
    [[nodiscard]] std::filesystem::path object_file(std::uint8_t number) const {
        return store::objects_folder(data()) / to_hex(Bytes(16, number));
    }
    // Its copy beside the containers.
    [[nodiscard]] std::filesystem::path copy_file(std::uint8_t number) const {
        return backups() / "objects" / installation() / to_hex(Bytes(16, number));
    }
    [[nodiscard]] std::string installation() const {
        const auto origin = must(store.reader->chain()).origin;
        return origin.substr(origin.find('/') + 1);
    }

    [[nodiscard]] BackupSources sources() const {
        return {data(), configuration(), mappings(),     policies(),   *store.reader, *store.writer, *vault,
                keys,   wrapping_octet,  system_clock(), "0.1.0-test", nullptr,       databases};
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
        return {pair(), by_recovery(), kek_of(2), folder, backups(), false, "user:0", databases};
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
    std::vector<SideDatabase> databases{};
};

// A database beside the two, of words; those that begin with a sign do not come back by a restore.
struct Words {
    static constexpr const char* file = "words.db";
    static Result<Secret> key(const crypto::KeyRing& ring) {
        return crypto::hkdf_sha256(must(ring.key(crypto::key_name::store)), "words");
    }
    static database::Connection open(const std::filesystem::path& folder, const crypto::KeyRing& ring) {
        auto opened = must(
            database::Connection::open(folder / file, must(key(ring)), database::Access::read_write_create));
        must(opened.execute("CREATE TABLE IF NOT EXISTS word(text TEXT PRIMARY KEY)"));
        return opened;
    }
    static void add(database::Connection& to, std::string_view text) {
        auto insert = must(to.prepare("INSERT INTO word VALUES(?1)"));
        must(insert.bind(1, text).run());
    }
    static std::vector<std::string> all(const std::filesystem::path& folder, const crypto::KeyRing& ring) {
        auto opened = open(folder, ring);
        auto rows = must(opened.prepare("SELECT text FROM word ORDER BY text"));
        std::vector<std::string> words;
        while (must(rows.step()))
            words.emplace_back(rows.text(0));
        return words;
    }
    static SideDatabase side() {
        return {
            file, key,
            [](const std::filesystem::path& folder, const crypto::KeyRing& ring) -> Result<std::uint64_t> {
                auto opened =
                    database::Connection::open(folder / file, must(key(ring)), database::Access::read_write);
                if (!opened) return failure(std::move(opened.error()));
                if (auto moved = opened->checkpoint(); !moved) return failure(std::move(moved.error()));
                if (auto sound = opened->check_integrity(); !sound) return failure(std::move(sound.error()));
                return all(folder, ring).size();
            },
            [](const std::filesystem::path& folder, const std::vector<std::filesystem::path>& later,
               const crypto::KeyRing& ring) -> Result<void> {
                auto ours = open(folder, ring);
                for (const auto& other : later) {
                    for (const auto& word : all(other, ring)) {
                        auto insert = must(ours.prepare("INSERT OR IGNORE INTO word VALUES(?1)"));
                        must(insert.bind(1, std::string_view(word)).run());
                    }
                }
                must(ours.execute("DELETE FROM word WHERE text LIKE '!%'"));
                return ours.checkpoint();
            }};
    }
};

inline std::size_t entries_in(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder))
        ++count;
    return count;
}

}  // namespace edgeward::backup
