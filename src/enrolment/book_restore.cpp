#include <edgeward/enrolment/book_restore.hpp>

#include <functional>

#include <edgeward/crypto/device_certificate.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/enrolment/device_book.hpp>

#include "book_schema.hpp"

namespace edgeward::enrolment {
namespace {

using database::Connection;
using database::Statement;

Result<Connection> open_file(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    const auto key = devices_key(keys);
    if (!key) return failure(key.error());
    auto database = Connection::open(folder / book_file, *key, database::Access::read_write_create);
    if (!database) return failure(std::move(database.error()));
    if (auto migrated = migrate(*database); !migrated) return failure(std::move(migrated.error()));
    return database;
}

Result<void> check_pages(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    auto database = open_file(folder, keys);
    if (!database) return failure(std::move(database.error()));
    // First, as the check reads the file itself: what the log has may be torn there.
    if (auto moved = database->checkpoint(); !moved) return moved;
    return database->check_integrity();
}

// Shows every row; the statement stays valid while it is looked at.
Result<void> each_row(Connection& database, const char* sql,
                      const std::function<Result<void>(const Statement&)>& see) {
    auto rows = database.prepare(sql);
    if (!rows) return failure(std::move(rows.error()));
    auto row = rows->step();
    for (; row && *row; row = rows->step()) {
        if (auto seen = see(*rows); !seen) return seen;
    }
    if (!row) return failure(std::move(row.error()));
    return {};
}

Result<std::int64_t> change(Connection& database, const char* sql,
                            const std::function<void(Statement&)>& bind) {
    auto statement = database.prepare(sql);
    if (!statement) return failure(std::move(statement.error()));
    bind(*statement);
    return statement->run();
}

// One both have is the one with the later word; of two at the same time, the revocation.
Result<void> learn_devices(Connection& ours, Connection& other) {
    return each_row(
        other,
        "SELECT id, kind, ward, room, bed, serial, eui64, software, origin, revoked, since FROM devices",
        [&](const Statement& row) {
            return change(ours,
                          "INSERT INTO devices(id, kind, ward, room, bed, serial, eui64, software, origin, "
                          "revoked, since) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON "
                          "CONFLICT(id) DO UPDATE SET kind = ?2, ward = ?3, room = ?4, bed = ?5, serial = "
                          "?6, eui64 = ?7, software = ?8, origin = ?9, revoked = ?10, since = ?11 WHERE "
                          "since < ?11 OR (since = ?11 AND ?10 = 1)",
                          [&](Statement& to) {
                              for (int column = 0; column < 9; ++column)
                                  to.bind(column + 1, row.text(column));
                              to.bind(10, row.integer(9)).bind(11, row.integer(10));
                          })
                .map([](std::int64_t) {});
        });
}

// A revocation is never taken back.
Result<void> learn_certificates(Connection& ours, Connection& other) {
    return each_row(
        other,
        "SELECT device, fingerprint, key, serial, pem, given_by, not_before, not_after, revoked FROM "
        "certificates ORDER BY number",
        [&](const Statement& row) {
            return change(ours,
                          "INSERT INTO certificates(device, fingerprint, key, serial, pem, given_by, "
                          "not_before, not_after, revoked) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON "
                          "CONFLICT(fingerprint) DO UPDATE SET revoked = coalesce(revoked, ?9)",
                          [&](Statement& to) {
                              to.bind(1, row.text(0)).bind(2, row.octets(1)).bind(3, row.octets(2));
                              to.bind(4, row.text(3)).bind(5, row.text(4)).bind(6, row.text(5));
                              to.bind(7, row.integer(6)).bind(8, row.integer(7));
                              row.is_null(8) ? to.bind_null(9) : to.bind(9, row.integer(8));
                          })
                .map([](std::int64_t) {});
        });
}

Result<void> learn_accounts(Connection& ours, Connection& other) {
    return each_row(other, "SELECT device, since FROM accounts", [&](const Statement& row) {
        return change(ours, "INSERT OR IGNORE INTO accounts(device, since) VALUES(?1, ?2)",
                      [&](Statement& to) { to.bind(1, row.text(0)).bind(2, row.integer(1)); })
            .map([](std::int64_t) {});
    });
}

// Who is revoked, or has a certificate by now, has no account.
Result<void> learn_from(Connection& ours, Connection& other) {
    if (auto learned = learn_devices(ours, other); !learned) return learned;
    if (auto learned = learn_certificates(ours, other); !learned) return learned;
    if (auto learned = learn_accounts(ours, other); !learned) return learned;
    return ours.execute(
        "UPDATE certificates SET revoked = (SELECT since FROM devices WHERE id = device) WHERE revoked IS "
        "NULL AND device IN (SELECT id FROM devices WHERE revoked = 1);"
        "DELETE FROM accounts WHERE device IN (SELECT id FROM devices WHERE revoked = 1) OR device IN "
        "(SELECT device FROM certificates WHERE revoked IS NULL)");
}

}  // namespace

Result<Secret> devices_key(const crypto::KeyRing& keys) {
    const auto master = keys.key(crypto::key_name::store);
    if (!master) return failure(master.error());
    return crypto::hkdf_sha256(*master, "edgeward/devices/1");
}

Result<std::uint64_t> examine_devices(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    if (auto sound = check_pages(folder, keys); !sound) return failure(std::move(sound.error()));
    auto book = DeviceBook::open(folder, keys);
    if (!book) return failure(std::move(book.error()));
    const auto devices = book->devices();
    if (!devices) return failure(devices.error());
    for (const auto& device : *devices) {
        const auto certificates = book->certificates_of(device.entry.id);
        if (!certificates) return failure(certificates.error());
        for (const auto& issued : *certificates) {
            const auto facts = crypto::facts_of(issued.pem);
            if (!facts || facts->fingerprint != issued.fingerprint)
                return failure(ErrorKind::corrupt, "a certificate is not the one of its fingerprint");
        }
    }
    return devices->size();
}

Result<void> revive_devices(const std::filesystem::path& folder,
                            const std::vector<std::filesystem::path>& later, const crypto::KeyRing& keys) {
    auto ours = open_file(folder, keys);
    if (!ours) return failure(std::move(ours.error()));
    for (const auto& other : later) {
        auto known = open_file(other, keys);
        if (!known) return failure(std::move(known.error()));
        if (auto learned = ours->transaction([&] { return learn_from(*ours, *known); }); !learned)
            return learned;
    }
    auto forgotten = ours->transaction(
        [&] { return ours->execute("DELETE FROM tokens; DELETE FROM requests WHERE state = 2"); });
    return forgotten ? ours->checkpoint() : forgotten;
}

}  // namespace edgeward::enrolment
