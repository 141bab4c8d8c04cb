#include <edgeward/enrolment/device_book.hpp>

#include <algorithm>
#include <functional>
#include <mutex>
#include <utility>

#include <edgeward/database/rows.hpp>
#include <edgeward/enrolment/book_restore.hpp>

#include "book_schema.hpp"

namespace edgeward::enrolment {
namespace {

using database::count_of;
using database::Statement;

Instant instant_in(const Statement& row, int column) {
    return database::instant_of(row.integer(column));
}

crypto::Digest digest_in(const Statement& row, int column) {
    crypto::Digest digest{};
    const ByteView octets = row.octets(column);
    std::copy_n(octets.begin(), std::min(octets.size(), digest.size()), digest.begin());
    return digest;
}

// Eight columns that devices, requests and tokens have in common, in this order.
constexpr int entry_columns = 8;

void bind_entry(Statement& statement, int from, const DeviceEntry& entry) {
    for (const std::string* text : {&entry.id, &entry.kind, &entry.location.ward, &entry.location.room,
                                    &entry.location.bed, &entry.serial, &entry.eui64, &entry.software})
        statement.bind(from++, std::string_view(*text));
}

DeviceEntry entry_in(const Statement& row, int from) {
    DeviceEntry entry;
    for (std::string* text : {&entry.id, &entry.kind, &entry.location.ward, &entry.location.room,
                              &entry.location.bed, &entry.serial, &entry.eui64, &entry.software})
        *text = row.text(from++);
    return entry;
}

KnownDevice device_in(const Statement& row) {
    KnownDevice known{entry_in(row, 0), false, {}, {}};
    known.origin = row.text(entry_columns);
    known.revoked = row.integer(entry_columns + 1) != 0;
    known.since = instant_in(row, entry_columns + 2);
    return known;
}

IssuedCertificate certificate_in(const Statement& row) {
    IssuedCertificate issued;
    issued.device = row.text(0);
    issued.fingerprint = digest_in(row, 1);
    issued.key = digest_in(row, 2);
    issued.serial = row.text(3);
    issued.pem = row.text(4);
    issued.not_before = instant_in(row, 5);
    issued.not_after = instant_in(row, 6);
    issued.right = row.text(7);
    if (!row.is_null(8)) issued.revoked = instant_in(row, 8);
    return issued;
}

EnrolmentRequest request_in(const Statement& row) {
    EnrolmentRequest request;
    request.entry = entry_in(row, 0);
    request.number = static_cast<std::uint64_t>(row.integer(entry_columns));
    request.key = digest_in(row, entry_columns + 1);
    request.origin = row.text(entry_columns + 2);
    request.first = instant_in(row, entry_columns + 3);
    request.last = instant_in(row, entry_columns + 4);
    request.state = static_cast<RequestState>(row.integer(entry_columns + 5));
    return request;
}

constexpr const char* select_devices =
    "SELECT id, kind, ward, room, bed, serial, eui64, software, origin, revoked, since FROM devices";
constexpr const char* select_certificates =
    "SELECT device, fingerprint, key, serial, pem, not_before, not_after, given_by, revoked FROM "
    "certificates";
constexpr const char* select_requests =
    "SELECT device, kind, ward, room, bed, serial, eui64, software, number, key, origin, first, last, state "
    "FROM requests";
constexpr const char* drop_account_of = "DELETE FROM accounts WHERE device = ?1";

using Bind = std::function<void(Statement&)>;
const Bind nothing = [](Statement&) {};

}  // namespace

struct DeviceBook::State {
    explicit State(database::Connection opened) : database(std::move(opened)) {}

    // Every row as `read` takes it.
    template <typename Row>
    Result<std::vector<Row>> all(const std::string& sql, const Bind& bind, Row (*read)(const Statement&)) {
        const std::lock_guard lock(mutex);
        auto statement = database.prepare(sql);
        if (!statement) return failure(std::move(statement.error()));
        bind(*statement);
        std::vector<Row> rows;
        auto row = statement->step();
        for (; row && *row; row = statement->step())
            rows.push_back(read(*statement));
        if (!row) return failure(std::move(row.error()));
        return rows;
    }
    template <typename Row>
    Result<std::optional<Row>> one(const std::string& sql, const Bind& bind, Row (*read)(const Statement&)) {
        auto rows = all<Row>(sql, bind, read);
        if (!rows) return failure(std::move(rows.error()));
        if (rows->empty()) return std::nullopt;
        return std::move(rows->front());
    }
    // The caller holds the lock.
    Result<std::int64_t> change(const char* sql, const Bind& bind) {
        auto statement = database.prepare(sql);
        if (!statement) return failure(std::move(statement.error()));
        bind(*statement);
        return statement->run();
    }
    // `sql` takes away what belongs to a device; likewise.
    Result<void> drop(const char* sql, const std::string& device) {
        return change(sql, [&](Statement& to) { to.bind(1, std::string_view(device)); })
            .map([](std::int64_t) {});
    }
    Result<void> put_device(const KnownDevice& known);
    Result<void> put_certificate(const IssuedCertificate& issued);
    Result<void> use_up(const Consumed& consumed, const crypto::Digest& key);

    std::mutex mutex;
    database::Connection database;
};

Result<void> DeviceBook::State::put_device(const KnownDevice& known) {
    return change(
               "INSERT INTO devices(id, kind, ward, room, bed, serial, eui64, software, origin, revoked, "
               "since) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT(id) DO UPDATE SET "
               "kind = ?2, ward = ?3, room = ?4, bed = ?5, serial = ?6, eui64 = ?7, software = ?8, origin = "
               "?9, revoked = ?10, since = ?11",
               [&](Statement& to) {
                   bind_entry(to, 1, known.entry);
                   to.bind(entry_columns + 1, std::string_view(known.origin));
                   to.bind(entry_columns + 2, std::int64_t{known.revoked ? 1 : 0});
                   to.bind(entry_columns + 3, count_of(known.since));
               })
        .map([](std::int64_t) {});
}

Result<void> DeviceBook::State::put_certificate(const IssuedCertificate& issued) {
    return change(
               "INSERT INTO certificates(device, fingerprint, key, serial, pem, not_before, not_after, "
               "given_by) "
               "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
               [&](Statement& to) {
                   to.bind(1, std::string_view(issued.device)).bind(2, ByteView(issued.fingerprint));
                   to.bind(3, ByteView(issued.key)).bind(4, std::string_view(issued.serial));
                   to.bind(5, std::string_view(issued.pem)).bind(6, count_of(issued.not_before));
                   to.bind(7, count_of(issued.not_after)).bind(8, std::string_view(issued.right));
               })
        .map([](std::int64_t) {});
}

// A token that another device has used meanwhile, or a request that is gone, undoes everything.
Result<void> DeviceBook::State::use_up(const Consumed& consumed, const crypto::Digest& key) {
    if (consumed.token) {
        const auto used = change("UPDATE tokens SET used = ?2 WHERE number = ?1 AND used IS NULL",
                                 [&](Statement& to) { to.bind(1, *consumed.token).bind(2, ByteView(key)); });
        if (!used) return failure(used.error());
        if (*used != 1) return failure(ErrorKind::denied, "the token was used before");
    }
    if (consumed.request) {
        const auto gone = change("DELETE FROM requests WHERE number = ?1 AND state = 2", [&](Statement& to) {
            to.bind(1, static_cast<std::int64_t>(*consumed.request));
        });
        if (!gone) return failure(gone.error());
        if (*gone != 1) return failure(ErrorKind::denied, "the request is not approved");
    }
    return {};
}

Result<DeviceBook> DeviceBook::open(const std::filesystem::path& folder, const crypto::KeyRing& keys) {
    const auto key = devices_key(keys);
    if (!key) return failure(key.error());
    auto database = database::Connection::open(folder / book_file, *key, database::Access::read_write_create);
    if (!database) return failure(std::move(database.error()));
    if (auto migrated = migrate(*database); !migrated) return failure(std::move(migrated.error()));
    // Few changes, and each one final: nothing is left in a log.
    if (auto set = database->execute("PRAGMA wal_autocheckpoint=1"); !set)
        return failure(std::move(set.error()));
    return DeviceBook(std::make_unique<State>(*std::move(database)));
}

DeviceBook::DeviceBook(std::unique_ptr<State> state) : state_(std::move(state)) {}
DeviceBook::DeviceBook(DeviceBook&&) noexcept = default;
DeviceBook& DeviceBook::operator=(DeviceBook&&) noexcept = default;
DeviceBook::~DeviceBook() = default;

Result<std::vector<KnownDevice>> DeviceBook::devices() {
    return state_->all(std::string(select_devices) + " ORDER BY id", nothing, device_in);
}

Result<std::optional<KnownDevice>> DeviceBook::device(const std::string& id) {
    return state_->one(
        std::string(select_devices) + " WHERE id = ?1",
        [&](Statement& to) { to.bind(1, std::string_view(id)); }, device_in);
}

Result<void> DeviceBook::record(const KnownDevice& device, const IssuedCertificate& certificate,
                                const Consumed& consumed) {
    const std::lock_guard lock(state_->mutex);
    return state_->database.transaction([&]() -> Result<void> {
        if (auto used = state_->use_up(consumed, certificate.key); !used) return used;
        if (auto put = state_->put_device(device); !put) return put;
        if (auto gone = state_->drop(drop_account_of, device.entry.id); !gone) return gone;
        return state_->put_certificate(certificate);
    });
}

Result<std::uint64_t> DeviceBook::revoke(const std::string& id, Instant now) {
    const std::lock_guard lock(state_->mutex);
    std::uint64_t count = 0;
    auto done = state_->database.transaction([&]() -> Result<void> {
        auto device = state_->change(
            "INSERT INTO devices(id, kind, ward, room, bed, serial, eui64, software, origin, revoked, since) "
            "VALUES(?1, '', '', '', '', '', '', '', '', 1, ?2) "
            "ON CONFLICT(id) DO UPDATE SET revoked = 1, since = ?2",
            [&](Statement& to) { to.bind(1, std::string_view(id)).bind(2, count_of(now)); });
        if (!device) return failure(std::move(device.error()));
        auto certificates =
            state_->change("UPDATE certificates SET revoked = ?2 WHERE device = ?1 AND revoked IS NULL",
                           [&](Statement& to) { to.bind(1, std::string_view(id)).bind(2, count_of(now)); });
        if (!certificates) return failure(std::move(certificates.error()));
        count = static_cast<std::uint64_t>(*certificates);
        auto gone = state_->drop("DELETE FROM requests WHERE device = ?1 AND state = 2", id);
        if (gone) gone = state_->drop("DELETE FROM tokens WHERE device = ?1", id);
        return gone ? state_->drop(drop_account_of, id) : gone;
    });
    if (!done) return failure(std::move(done.error()));
    return count;
}

Result<std::set<std::string>> DeviceBook::accounts() {
    return state_
        ->all<std::string>("SELECT device FROM accounts", nothing,
                           [](const Statement& row) { return std::string(row.text(0)); })
        .map([](const auto& all) { return std::set<std::string>(all.begin(), all.end()); });
}

Result<void> DeviceBook::keep_account(const KnownDevice& device) {
    const std::lock_guard lock(state_->mutex);
    return state_->database.transaction([&]() -> Result<void> {
        if (auto put = state_->put_device(device); !put) return put;
        return state_
            ->change("INSERT OR REPLACE INTO accounts(device, since) VALUES(?1, ?2)",
                     [&](Statement& to) {
                         to.bind(1, std::string_view(device.entry.id)).bind(2, count_of(device.since));
                     })
            .map([](std::int64_t) {});
    });
}

Result<void> DeviceBook::drop_account(const std::string& device) {
    const std::lock_guard lock(state_->mutex);
    return state_->drop(drop_account_of, device);
}

Result<std::vector<IssuedCertificate>> DeviceBook::certificates_of(const std::string& device) {
    return state_->all(
        std::string(select_certificates) + " WHERE device = ?1 ORDER BY number DESC",
        [&](Statement& to) { to.bind(1, std::string_view(device)); }, certificate_in);
}

Result<std::optional<IssuedCertificate>> DeviceBook::certificate(const crypto::Digest& fingerprint) {
    return state_->one(
        std::string(select_certificates) + " WHERE fingerprint = ?1",
        [&](Statement& to) { to.bind(1, ByteView(fingerprint)); }, certificate_in);
}

Result<std::optional<IssuedCertificate>> DeviceBook::certificate_for(const crypto::Digest& key) {
    return state_->one(
        std::string(select_certificates) + " WHERE key = ?1 ORDER BY number DESC LIMIT 1",
        [&](Statement& to) { to.bind(1, ByteView(key)); }, certificate_in);
}

Result<std::optional<IssuedCertificate>> DeviceBook::certificate_of_serial(const std::string& serial) {
    return state_->one(
        std::string(select_certificates) + " WHERE serial = ?1",
        [&](Statement& to) { to.bind(1, std::string_view(serial)); }, certificate_in);
}

Result<std::vector<std::string>> DeviceBook::revoked_after(Instant end) {
    return state_->all<std::string>(
        "SELECT pem FROM certificates WHERE revoked IS NOT NULL AND not_after > ?1 ORDER BY number",
        [&](Statement& to) { to.bind(1, count_of(end)); },
        [](const Statement& row) { return std::string(row.text(0)); });
}

Result<std::vector<EnrolmentRequest>> DeviceBook::requests() {
    return state_->all(std::string(select_requests) + " ORDER BY number", nothing, request_in);
}

Result<std::optional<EnrolmentRequest>> DeviceBook::request(std::uint64_t number) {
    return state_->one(
        std::string(select_requests) + " WHERE number = ?1",
        [&](Statement& to) { to.bind(1, static_cast<std::int64_t>(number)); }, request_in);
}

Result<std::optional<EnrolmentRequest>> DeviceBook::request_of(const crypto::Digest& key) {
    return state_->one(
        std::string(select_requests) + " WHERE key = ?1", [&](Statement& to) { to.bind(1, ByteView(key)); },
        request_in);
}

Result<std::uint64_t> DeviceBook::wait(const EnrolmentRequest& request) {
    const std::lock_guard lock(state_->mutex);
    auto added = state_->change(
        "INSERT INTO requests(device, kind, ward, room, bed, serial, eui64, software, key, origin, first, "
        "last, state) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, 1)",
        [&](Statement& to) {
            bind_entry(to, 1, request.entry);
            to.bind(entry_columns + 1, ByteView(request.key));
            to.bind(entry_columns + 2, std::string_view(request.origin));
            to.bind(entry_columns + 3, count_of(request.first));
        });
    if (!added) return failure(std::move(added.error()));
    return static_cast<std::uint64_t>(state_->database.last_row_id());
}

Result<void> DeviceBook::touch(std::uint64_t number, Instant now) {
    const std::lock_guard lock(state_->mutex);
    return state_
        ->change("UPDATE requests SET last = ?2 WHERE number = ?1",
                 [&](Statement& to) { to.bind(1, static_cast<std::int64_t>(number)).bind(2, count_of(now)); })
        .map([](std::int64_t) {});
}

Result<void> DeviceBook::decide(std::uint64_t number, RequestState state, const DeviceEntry& entry) {
    const std::lock_guard lock(state_->mutex);
    const auto decided = state_->change(
        "UPDATE requests SET device = ?1, kind = ?2, ward = ?3, room = ?4, bed = ?5, serial = ?6, eui64 = "
        "?7, "
        "software = ?8, state = ?10 WHERE number = ?9 AND state = 1",
        [&](Statement& to) {
            bind_entry(to, 1, entry);
            to.bind(entry_columns + 1, static_cast<std::int64_t>(number));
            to.bind(entry_columns + 2, static_cast<std::int64_t>(state));
        });
    if (!decided) return failure(decided.error());
    if (*decided == 1) return {};
    return failure(ErrorKind::invalid_input, "no such request waits");
}

Result<std::uint64_t> DeviceBook::forget_before(Instant heard, Instant ended) {
    const std::lock_guard lock(state_->mutex);
    const auto requests = state_->change("DELETE FROM requests WHERE last < ?1",
                                         [&](Statement& to) { to.bind(1, count_of(heard)); });
    if (!requests) return failure(requests.error());
    const auto tokens = state_->change("DELETE FROM tokens WHERE expires < ?1",
                                       [&](Statement& to) { to.bind(1, count_of(ended)); });
    if (!tokens) return failure(tokens.error());
    return static_cast<std::uint64_t>(*requests);
}

Result<void> DeviceBook::add_token(const crypto::Digest& digest, const Token& token) {
    const std::lock_guard lock(state_->mutex);
    return state_
        ->change(
            "INSERT INTO tokens(device, kind, ward, room, bed, serial, eui64, software, digest, expires) "
            "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            [&](Statement& to) {
                bind_entry(to, 1, token.entry);
                to.bind(entry_columns + 1, ByteView(digest));
                to.bind(entry_columns + 2, count_of(token.expires));
            })
        .map([](std::int64_t) {});
}

Result<std::optional<Token>> DeviceBook::token(const crypto::Digest& digest) {
    return state_->one<Token>(
        "SELECT device, kind, ward, room, bed, serial, eui64, software, number, expires, used FROM tokens "
        "WHERE "
        "digest = ?1",
        [&](Statement& to) { to.bind(1, ByteView(digest)); },
        [](const Statement& row) {
            Token token{row.integer(entry_columns), entry_in(row, 0), instant_in(row, entry_columns + 1), {}};
            if (!row.is_null(entry_columns + 2)) token.used = digest_in(row, entry_columns + 2);
            return token;
        });
}

}  // namespace edgeward::enrolment
