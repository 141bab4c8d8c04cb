#include "book_rows.hpp"

#include "books.hpp"
#include "query.hpp"
#include "statements.hpp"

namespace edgeward::store {
namespace {

using database::Connection;
using database::Statement;

// Receive time of the oldest report that waits: the first pending one, parked one, or one pending again.
Result<std::optional<Instant>> oldest_waiting(Connection& connection, std::int64_t destination,
                                              std::uint64_t low_water) {
    std::optional<Instant> oldest;
    auto done = query(
        connection,
        "SELECT min(received) FROM report WHERE number IN ("
        "(SELECT report FROM delivery WHERE destination = ?1 AND report > ?2 AND state = 0 ORDER BY report "
        "LIMIT 1), "
        // Without the hint SQLite walks over the whole queue for it.
        "(SELECT min(report) FROM delivery INDEXED BY delivery_parked WHERE destination = ?1 AND state = 1), "
        "(SELECT min(report) FROM delivery INDEXED BY delivery_again WHERE destination = ?1 AND state = 6))",
        [&](Statement& sql) { sql.bind(1, destination).bind(2, signed_of(low_water)); },
        [&](const Statement& row) -> Result<void> {
            oldest = database::time_in(row, 0);
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return oldest;
}

}  // namespace

Result<std::map<std::string, InboundBook>> read_device_books(database::Connection& connection) {
    std::map<std::string, InboundBook> books;
    auto done = query(connection,
                      "SELECT d.name, b.entry, b.reason, b.count FROM inbound_book b "
                      "JOIN device d ON d.id = b.device WHERE b.count <> 0",
                      no_parameters, [&](const Statement& row) -> Result<void> {
                          add_entry(books[std::string(row.text(0))], static_cast<BookEntry>(row.integer(1)),
                                    row.text(2), unsigned_of(row.integer(3)));
                          return {};
                      });
    if (!done) return failure(std::move(done.error()));
    return books;
}

Result<std::map<std::string, DestinationBook>> read_destination_books(database::Connection& connection) {
    std::map<std::string, DestinationBook> books;
    auto done =
        query(connection,
              "SELECT name, offered, pending, parked, delivered, dead, filtered, erased, id, low_water FROM "
              "destination",
              no_parameters, [&](const Statement& row) -> Result<void> {
                  DestinationBook& book = books[std::string(row.text(0))];
                  book.offered = unsigned_of(row.integer(1));
                  book.parked = unsigned_of(row.integer(3));
                  book.pending = unsigned_of(row.integer(2)) + book.parked;
                  book.delivered = unsigned_of(row.integer(4));
                  book.dead = unsigned_of(row.integer(5));
                  book.filtered = unsigned_of(row.integer(6));
                  book.erased = unsigned_of(row.integer(7));
                  if (book.pending == 0) return {};
                  auto found = oldest_waiting(connection, row.integer(8), unsigned_of(row.integer(9)));
                  if (!found) return failure(std::move(found.error()));
                  book.oldest_pending = *found;
                  return {};
              });
    if (!done) return failure(std::move(done.error()));
    return books;
}

}  // namespace edgeward::store
