#include <edgeward/vault/examination.hpp>

#include <algorithm>

#include "erasure_table.hpp"
#include "person_table.hpp"
#include "sqlcipher_vault.hpp"

namespace edgeward::vault {
namespace {

Result<database::Connection> open_file(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    const auto key = keys.key(crypto::key_name::vault);
    if (!key) return failure(key.error());
    return database::Connection::open(folder / vault_file, *key, database::Access::read_write);
}

Result<std::uint64_t> count_persons(database::Connection& connection) {
    auto count = connection.prepare("SELECT count(*) FROM persons");
    if (!count) return failure(std::move(count.error()));
    const auto row = count->step();
    if (!row) return failure(row.error());
    return static_cast<std::uint64_t>(count->integer(0));
}

Result<void> check_pages(const std::filesystem::path& folder, const crypto::KeyRing& keys,
                         Examination& found) {
    auto connection = open_file(folder, keys);
    if (!connection) return failure(std::move(connection.error()));
    // First, as the check reads the file itself: a page that was being written while it was copied may be
    // torn there, and is whole in the log.
    if (auto moved = connection->checkpoint(); !moved) return moved;
    if (auto sound = connection->check_integrity(); !sound) return sound;
    const auto version = connection->schema_version();
    if (!version) return failure(version.error());
    const auto persons = count_persons(*connection);
    if (!persons) return failure(persons.error());
    found.schema_version = *version;
    found.persons_found = *persons;
    return {};
}

Result<void> open_everybody(PersonTable& persons, const std::vector<model::Pseudonym>& subjects) {
    for (const auto& subject : subjects) {
        const auto found = persons.find(subject);
        if (!found) return failure(found.error());
        const auto secret = persons.secret_of(subject);
        if (!secret) return failure(secret.error());
        const auto identity = persons.identity_of(subject);
        if (!identity) return failure(identity.error());
    }
    return {};
}

Result<void> examine_content(const std::filesystem::path& folder, const crypto::KeyRing& keys,
                             Examination& found) {
    auto connection = open_file(folder, keys);
    if (!connection) return failure(std::move(connection.error()));
    auto persons = PersonTable::prepare(*connection, keys);
    if (!persons) return failure(std::move(persons.error()));
    auto erasures = ErasureTable::prepare(*connection);
    if (!erasures) return failure(std::move(erasures.error()));
    auto subjects = erasures->subjects();
    if (!subjects) return failure(std::move(subjects.error()));
    if (auto opened = open_everybody(*persons, *subjects); !opened) return opened;
    const auto applied = erasures->applied();
    if (!applied) return failure(applied.error());
    found.erasures = applied->entries;
    found.subjects = *std::move(subjects);
    std::ranges::sort(found.subjects);
    return {};
}

}  // namespace

Result<database::Snapshot> begin_snapshot(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    const auto key = keys.key(crypto::key_name::vault);
    if (!key) return failure(key.error());
    return database::Snapshot::begin(folder / vault_file, *key);
}

Result<std::uint64_t> persons_in(database::Snapshot& snapshot) {
    return count_persons(snapshot.connection());
}

Result<Examination> examine(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    const auto failed = [](Error error) { return failure(std::move(error).during("examine vault.db")); };
    Examination found;
    if (auto sound = check_pages(folder, keys, found); !sound) return failed(std::move(sound.error()));
    {
        auto vault = SqlcipherVault::open(folder / vault_file, keys, system_clock(), 1);
        if (!vault) return failed(std::move(vault.error()));
    }
    if (auto sound = examine_content(folder, keys, found); !sound) return failed(std::move(sound.error()));
    return found;
}

}  // namespace edgeward::vault
