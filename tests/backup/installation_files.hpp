#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <edgeward/backup/backup.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/vault/identity_vault.hpp>

// An installation on disk under fixed keys, for programs that are killed and their tests.
namespace edgeward::backup {

struct FileInstallation {
    explicit FileInstallation(std::filesystem::path top)
        : folder(std::move(top)),
          keys(crypto::KeyRing::unwrap(*read_file(folder / "data" / "keyring"), Secret(Bytes(32, 1)))
                   .value()) {}

    [[nodiscard]] static BackupKeys by_kek() {
        BackupKeys keys;
        keys.wrapping = wrapping_key_of(Secret(Bytes(32, 1)));
        return keys;
    }
    [[nodiscard]] Result<Restored> restore() const {
        const auto files = list_backups(folder / "backups");
        if (!files) return failure(files.error());
        auto pair = find_pair(*files, {});
        if (!pair) return failure(std::move(pair.error()));
        const RestoreRequest request{*std::move(pair), by_kek(),           Secret(Bytes(32, 2)),
                                     folder / "new",   folder / "backups", true,
                                     "user:0"};
        auto restored = restore_backup(request, system_clock());
        // What was replaced would fill the disk.
        if (restored && !restored->replaced.empty()) std::filesystem::remove_all(restored->replaced);
        return restored;
    }

    std::filesystem::path folder;
    crypto::KeyRing keys;
};

struct RunningInstallation {
    explicit RunningInstallation(const FileInstallation& files) : here(files) {
        store::StoreSettings chosen;
        chosen.folder = here.folder / "data";
        vault = vault::open_vault(chosen.folder, here.keys).value();
        store = store::open_store(chosen, {}, here.keys, system_clock()).value();
        settings.folder = here.folder / "backups";
        settings.rate = std::uint64_t{10} << 30U;
    }
    Result<Created> create() {
        return create_backup(settings, {here.folder / "data", here.folder / "edgeward.toml",
                                        here.folder / "mappings", here.folder / "policies", *store.reader,
                                        *store.writer, *vault, here.keys, wrapping, system_clock(), "0"});
    }

    const FileInstallation& here;
    BackupSettings settings;
    Secret wrapping = wrapping_key_of(Secret(Bytes(32, 1)));
    std::unique_ptr<vault::IdentityVault> vault;
    store::StoreParts store;
};

}  // namespace edgeward::backup
