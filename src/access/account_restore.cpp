#include <edgeward/access/account_restore.hpp>

#include <edgeward/access/account_book.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/database/database.hpp>

#include "account_schema.hpp"
#include "account_seal.hpp"
#include "security_key_seal.hpp"
#include "security_key_table.hpp"

namespace edgeward::access {
namespace {

namespace fs = std::filesystem;

Result<database::Connection> open_file(const fs::path& folder, const crypto::KeyRing& keys) {
    const auto key = accounts_key(keys);
    if (!key) return failure(key.error());
    auto database =
        database::Connection::open(folder / accounts_file, *key, database::Access::read_write_create);
    if (!database) return failure(std::move(database.error()));
    if (auto migrated = migrate(*database); !migrated) return failure(std::move(migrated.error()));
    return database;
}

Result<void> open_sealed(const database::Statement& row, int column, const char* what,
                         const crypto::SealingKey& sealing) {
    if (row.is_null(column)) return {};
    const auto opened = sealing.open(row.octets(column), sealing_context(what, row.integer(0)));
    if (!opened) return failure(opened.error());
    return {};
}

Result<void> open_security_keys(SecurityKeyTable& table, const crypto::SealingKey& sealing,
                                const Secret& digesting, std::int64_t account) {
    const auto keys = table.of_account(account);
    if (!keys) return failure(keys.error());
    for (const auto& one : *keys) {
        SecurityKey opened;
        if (auto sound = open_security_key(sealing, digesting, account, one.sealed, one.digest, opened);
            !sound)
            return sound;
    }
    return {};
}

Result<void> take_place(const fs::path& later, const fs::path& folder) {
    std::error_code failed;
    for (const char* ending : {"", "-wal", "-shm"}) {
        const std::string name = std::string(accounts_file) + ending;
        fs::remove(folder / name, failed);
        if (!fs::exists(later / name, failed) || name.ends_with("-shm")) continue;
        fs::copy_file(later / name, folder / name, failed);
        if (failed) return failure(ErrorKind::unavailable, "copy accounts.db: " + failed.message());
    }
    return {};
}

}  // namespace

Result<Secret> accounts_key(const crypto::KeyRing& keys) {
    // The ring of an installation has no key of this name; whoever may open the vault may decide who signs
    // in.
    const auto master = keys.key(crypto::key_name::vault);
    if (!master) return failure(master.error());
    return crypto::hkdf_sha256(*master, "edgeward accounts database 1");
}

Result<std::uint64_t> examine_accounts(const fs::path& folder, const crypto::KeyRing& keys) {
    auto database = open_file(folder, keys);
    if (!database) return failure(std::move(database.error()));
    // First, as the check reads the file itself: what the log has may be torn there.
    if (auto moved = database->checkpoint(); !moved) return failure(std::move(moved.error()));
    if (auto sound = database->check_integrity(); !sound) return failure(std::move(sound.error()));
    const auto master = keys.key(crypto::key_name::vault);
    if (!master) return failure(master.error());
    const crypto::SealingKey sealing(account_sealing_key(*master));
    const Secret digesting = account_digesting_key(*master);
    auto security_keys = SecurityKeyTable::prepare(*database);
    if (!security_keys) return failure(std::move(security_keys.error()));
    auto rows = database->prepare("SELECT number, password, second_factor FROM accounts");
    if (!rows) return failure(std::move(rows.error()));
    std::uint64_t accounts = 0;
    auto row = rows->step();
    for (; row && *row; row = rows->step()) {
        auto opened = open_sealed(*rows, 1, "password", sealing);
        if (opened) opened = open_sealed(*rows, 2, "second factor", sealing);
        if (opened) opened = open_security_keys(*security_keys, sealing, digesting, rows->integer(0));
        if (!opened) return failure(std::move(opened.error()));
        ++accounts;
    }
    if (!row) return failure(row.error());
    return accounts;
}

Result<void> revive_accounts(const fs::path& folder, const std::vector<fs::path>& later,
                             const crypto::KeyRing& keys) {
    if (!later.empty()) {
        if (auto taken = take_place(later.back(), folder); !taken) return taken;
    }
    auto database = open_file(folder, keys);
    if (!database) return failure(std::move(database.error()));
    auto cleared = database->transaction(
        [&] { return database->execute("DELETE FROM invitations; DELETE FROM recovery_codes"); });
    return cleared ? database->checkpoint() : cleared;
}

}  // namespace edgeward::access
