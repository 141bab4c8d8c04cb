// What StoreReader says of reports whose person a later movement may change.

#include "query.hpp"
#include "store_reader.hpp"

namespace edgeward::store {

using database::Statement;

Result<StoreReader::Standing> SqlcipherReader::standing(std::string_view device, std::uint64_t after,
                                                        Instant from, Instant until, std::size_t most) {
    const std::lock_guard lock(mutex_);
    Standing found;
    auto done = query(
        connection_,
        "SELECT r.number, r.subject, v.name, r.received, r.sealed, 0, r.digest FROM report r "
        "CROSS JOIN device v ON v.id = r.device "
        "WHERE r.number > ?2 AND r.number <= ?2 + ?3 AND r.device = (SELECT id FROM device WHERE name = ?1) "
        "AND r.subject IS NOT NULL AND r.effective >= ?4 AND r.effective < ?5 AND length(r.sealed) > 0 "
        "AND NOT EXISTS(SELECT 1 FROM withdrawal w WHERE w.report = r.number) "
        "AND NOT EXISTS(SELECT 1 FROM withdrawal w WHERE w.taken_back_by = r.number) ORDER BY r.number",
        [&](Statement& sql) {
            sql.bind(1, device).bind(2, signed_of(after)).bind(3, limit_of(most));
            sql.bind(4, count_of(from)).bind(5, count_of(until));
        },
        [&](const Statement& row) { return read_delivery(row, found.reports); });
    if (!done) return failure(std::move(done.error()));
    const auto end = end_of_stretch("SELECT max(number) FROM report", after, most);
    if (!end) return failure(end.error());
    found.looked_to = *end;
    return found;
}

Result<std::uint64_t> SqlcipherReader::received_before(Instant when) {
    const auto newest = newest_report();
    if (!newest) return failure(newest.error());
    const std::lock_guard lock(mutex_);
    auto statement =
        connection_.prepare("SELECT received FROM report WHERE number >= ?1 ORDER BY number LIMIT 1");
    if (!statement) return failure(std::move(statement.error()));
    std::uint64_t before = 0;           // received before, or no report
    std::uint64_t after = *newest + 1;  // received at or after, or behind the last
    while (before + 1 < after) {
        const std::uint64_t middle = before + (after - before) / 2;
        std::optional<Instant> received;
        auto read = query(
            *statement, [&](Statement& sql) { sql.bind(1, signed_of(middle)); },
            [&](const Statement& row) -> Result<void> {
                received = instant_of(row.integer(0));
                return {};
            });
        if (!read) return failure(std::move(read.error()));
        (received && *received < when ? before : after) = middle;
    }
    return before;
}

}  // namespace edgeward::store
