#include "store_reader.hpp"

#include <algorithm>
#include <array>

#include "book_rows.hpp"
#include "books.hpp"
#include "query.hpp"
#include "sqlcipher_store.hpp"
#include "statements.hpp"

namespace edgeward::store {
namespace {

using database::Statement;

constexpr std::size_t usual_claim = 256;

Bytes copy(ByteView octets) {
    return {octets.begin(), octets.end()};
}

// id, received, device, reason, detail, topic, payload
QuarantineEntry read_quarantined(const Statement& row) {
    return {unsigned_of(row.integer(0)), instant_of(row.integer(1)), std::string(row.text(2)),
            std::string(row.text(3)),    std::string(row.text(4)),   copy(row.octets(5)),
            copy(row.octets(6))};
}

}  // namespace

Result<void> read_delivery(const Statement& row, std::vector<Delivery>& into) {
    auto subject = subject_in(row, 1);
    if (!subject) return failure(std::move(subject.error()));
    const auto digest = digest_in(row, 6);
    if (!digest) return failure(digest.error());
    into.push_back({unsigned_of(row.integer(0)), *subject, std::string(row.text(2)),
                    instant_of(row.integer(3)), copy(row.octets(4)),
                    static_cast<std::uint32_t>(row.integer(5)), *digest});
    return {};
}

Result<std::unique_ptr<SqlcipherReader>> SqlcipherReader::open(const StoreSettings& settings,
                                                               const crypto::KeyRing& keys,
                                                               std::size_t cache_kib) {
    const auto key = keys.key(crypto::key_name::store);
    if (!key) return failure(key.error());
    std::filesystem::path file = settings.folder / store_file;
    auto connection = database::Connection::open(file, *key, database::Access::read_only);
    if (!connection) return failure(std::move(connection.error()));
    const std::string pragmas = "PRAGMA cache_size=-" + std::to_string(cache_kib);
    if (auto set = connection->execute(pragmas.c_str()); !set) return failure(std::move(set.error()));
    return std::unique_ptr<SqlcipherReader>(new SqlcipherReader(std::move(*connection), std::move(file)));
}

// Asked after every commit: preparing it each time would cost more than asking.
Result<Statement*> SqlcipherReader::pending_question() {
    if (!pending_) {
        auto prepared = connection_.prepare(
            "SELECT d.report, r.subject, v.name, r.received, r.sealed, d.attempts, r.digest FROM delivery d "
            "CROSS JOIN report r ON r.number = d.report CROSS JOIN device v ON v.id = r.device "
            "WHERE d.destination = (SELECT id FROM destination WHERE name = ?1) "
            "AND d.report > max(?2, (SELECT low_water FROM destination WHERE name = ?1)) "
            "AND d.state = 0 ORDER BY d.report LIMIT ?3");
        if (!prepared) return failure(std::move(prepared.error()));
        pending_.emplace(std::move(*prepared));
    }
    return &*pending_;
}

Result<std::vector<Delivery>> SqlcipherReader::pending(std::string_view destination, std::uint64_t after,
                                                       std::size_t most) {
    const std::lock_guard lock(mutex_);
    auto question = pending_question();
    if (!question) return failure(std::move(question.error()));
    std::vector<Delivery> found;
    found.reserve(std::min(most, usual_claim));
    auto done = query(**question, stretch(destination, after, most),
                      [&](const Statement& row) { return read_delivery(row, found); });
    if (!done) return failure(std::move(done.error()));
    return found;
}

Result<std::vector<PendingLane>> SqlcipherReader::pending_lanes(std::string_view destination,
                                                                std::uint64_t after, std::size_t most) {
    const std::lock_guard lock(mutex_);
    std::vector<PendingLane> found;
    found.reserve(most);
    auto done = query(connection_,
                      "SELECT d.report, r.subject, v.name FROM delivery d "
                      "CROSS JOIN report r ON r.number = d.report CROSS JOIN device v ON v.id = r.device "
                      "WHERE d.destination = (SELECT id FROM destination WHERE name = ?1) "
                      "AND d.report > max(?2, (SELECT low_water FROM destination WHERE name = ?1)) "
                      "AND d.state = 0 ORDER BY d.report LIMIT ?3",
                      stretch(destination, after, most), [&](const Statement& row) -> Result<void> {
                          auto subject = subject_in(row, 1);
                          if (!subject) return failure(std::move(subject.error()));
                          found.push_back({unsigned_of(row.integer(0)), *subject, std::string(row.text(2))});
                          return {};
                      });
    if (!done) return failure(std::move(done.error()));
    return found;
}

Result<std::vector<Delivery>> SqlcipherReader::parked(std::string_view destination,
                                                      const model::Pseudonym& subject, std::size_t most) {
    const std::lock_guard lock(mutex_);
    std::vector<Delivery> found;
    auto done = query(
        connection_,
        "SELECT d.report, r.subject, v.name, r.received, r.sealed, d.attempts, r.digest FROM delivery d "
        "CROSS JOIN report r ON r.number = d.report CROSS JOIN device v ON v.id = r.device "
        "WHERE d.destination = (SELECT id FROM destination WHERE name = ?1) AND d.state = 1 AND d.subject = "
        "?2 "
        "ORDER BY d.report LIMIT ?3",
        [&](Statement& sql) {
            sql.bind(1, destination).bind(2, ByteView(subject.octets())).bind(3, limit_of(most));
        },
        [&](const Statement& row) { return read_delivery(row, found); });
    if (!done) return failure(std::move(done.error()));
    return found;
}

Result<std::vector<std::pair<model::Pseudonym, Instant>>> SqlcipherReader::parked_subjects(
    std::string_view destination) {
    const std::lock_guard lock(mutex_);
    std::vector<std::pair<model::Pseudonym, Instant>> found;
    auto done = query(
        connection_,
        // With min() the other columns are those of the row that has the minimum (SQLite, "bare columns").
        "SELECT subject, retry_at, min(report) FROM delivery "
        "WHERE destination = (SELECT id FROM destination WHERE name = ?1) AND state = 1 GROUP BY subject",
        [&](Statement& sql) { sql.bind(1, destination); },
        [&](const Statement& row) -> Result<void> {
            auto subject = subject_in(row, 0);
            if (!subject || !*subject) return failure(ErrorKind::corrupt, "a parked report has no subject");
            found.emplace_back(**subject, instant_of(row.integer(1)));
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return found;
}

Result<InboundBook> SqlcipherReader::inbound_book(std::string_view device) {
    const std::lock_guard lock(mutex_);
    InboundBook book;
    auto done = query(
        connection_,
        "SELECT entry, reason, sum(count) FROM inbound_book "
        "WHERE ?1 = '' OR device = (SELECT id FROM device WHERE name = ?1) "
        "GROUP BY entry, reason HAVING sum(count) <> 0",
        [&](Statement& sql) { sql.bind(1, device); },
        [&](const Statement& row) -> Result<void> {
            add_entry(book, static_cast<BookEntry>(row.integer(0)), row.text(1), unsigned_of(row.integer(2)));
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return book;
}

Result<std::map<std::string, InboundBook>> SqlcipherReader::device_books() {
    const std::lock_guard lock(mutex_);
    return read_device_books(connection_);
}

Result<std::vector<std::string>> SqlcipherReader::devices() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    auto done = query(connection_, "SELECT name FROM device WHERE name <> '' ORDER BY name", no_parameters,
                      [&](const Statement& row) -> Result<void> {
                          names.emplace_back(row.text(0));
                          return {};
                      });
    if (!done) return failure(std::move(done.error()));
    return names;
}

Result<std::map<std::string, DestinationBook>> SqlcipherReader::destination_books() {
    const std::lock_guard lock(mutex_);
    return read_destination_books(connection_);
}

Result<std::optional<Instant>> SqlcipherReader::books_reported() {
    const std::lock_guard lock(mutex_);
    std::optional<Instant> due;
    auto done = query(
        connection_, "SELECT CAST(value AS INTEGER) FROM meta WHERE name = ?1",
        [](Statement& sql) { sql.bind(1, books_reported_name); },
        [&](const Statement& row) -> Result<void> {
            due = instant_of(row.integer(0));
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return due;
}

Result<StoreSpace> SqlcipherReader::space() {
    const std::lock_guard lock(mutex_);
    std::array<std::uint64_t, 3> figures{};
    constexpr std::array<std::string_view, 3> questions = {"PRAGMA page_size", "PRAGMA page_count",
                                                           "PRAGMA freelist_count"};
    for (std::size_t i = 0; i < questions.size(); ++i) {
        auto done =
            query(connection_, questions[i], no_parameters, [&](const Statement& row) -> Result<void> {
                figures[i] = unsigned_of(row.integer(0));
                return {};
            });
        if (!done) return failure(std::move(done.error()));
    }
    const auto [page, pages, free] = figures;
    StoreSpace space;
    space.used = page * (pages - std::min(free, pages));
    space.free = page * free;
    std::error_code none;
    const auto log = std::filesystem::file_size(file_.string() + "-wal", none);
    if (!none) space.log = log;
    return space;
}

Result<std::vector<DeadLetter>> SqlcipherReader::dead_letters(std::string_view destination,
                                                              std::size_t most) {
    const std::lock_guard lock(mutex_);
    std::vector<DeadLetter> found;
    auto done = query(
        connection_,
        "SELECT d.report, v.name, d.reason, d.attempts, d.settled_at, d.sealed_foreign FROM delivery d "
        "CROSS JOIN report r ON r.number = d.report CROSS JOIN device v ON v.id = r.device "
        "WHERE d.destination = (SELECT id FROM destination WHERE name = ?1) AND d.state = 3 ORDER BY "
        "d.report LIMIT ?2",
        [&](Statement& sql) { sql.bind(1, destination).bind(2, limit_of(most)); },
        [&](const Statement& row) -> Result<void> {
            found.push_back({std::string(destination), unsigned_of(row.integer(0)), std::string(row.text(1)),
                             std::string(row.text(2)), static_cast<std::uint32_t>(row.integer(3)),
                             instant_of(row.integer(4)), copy(row.octets(5))});
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return found;
}

Result<Delivery> SqlcipherReader::report(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    std::vector<Delivery> found;
    auto done = query(
        connection_,
        "SELECT r.number, r.subject, v.name, r.received, r.sealed, 0, r.digest FROM report r "
        "JOIN device v ON v.id = r.device WHERE r.number = ?1",
        [&](Statement& sql) { sql.bind(1, signed_of(number)); },
        [&](const Statement& row) { return read_delivery(row, found); });
    if (!done) return failure(std::move(done.error()));
    if (found.empty()) return failure(ErrorKind::invalid_input, "no such report");
    return std::move(found.front());
}

Result<std::vector<QuarantineEntry>> SqlcipherReader::quarantine(std::size_t most, std::uint64_t after) {
    const std::lock_guard lock(mutex_);
    std::vector<QuarantineEntry> found;
    auto done = query(
        connection_,
        "SELECT q.id, q.received, v.name, q.reason, q.detail, q.topic, q.payload FROM quarantine q "
        "JOIN device v ON v.id = q.device WHERE q.id > ?2 ORDER BY q.id LIMIT ?1",
        [&](Statement& sql) { sql.bind(1, limit_of(most)).bind(2, signed_of(after)); },
        [&](const Statement& row) -> Result<void> {
            found.push_back(read_quarantined(row));
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return found;
}

Result<QuarantineEntry> SqlcipherReader::quarantine_entry(std::uint64_t id) {
    const std::lock_guard lock(mutex_);
    std::optional<QuarantineEntry> found;
    auto done = query(
        connection_,
        "SELECT q.id, q.received, v.name, q.reason, q.detail, q.topic, q.payload FROM quarantine q "
        "JOIN device v ON v.id = q.device WHERE q.id = ?1",
        [&](Statement& sql) { sql.bind(1, signed_of(id)); },
        [&](const Statement& row) -> Result<void> {
            found = read_quarantined(row);
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    if (!found) return failure(ErrorKind::invalid_input, "no such quarantine entry");
    return std::move(*found);
}

}  // namespace edgeward::store
