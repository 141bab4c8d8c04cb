// What StoreReader says of reports to be delivered again, and of destinations.

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "query.hpp"
#include "statements.hpp"
#include "store_reader.hpp"

namespace edgeward::store {

using database::Statement;

Result<std::vector<Delivery>> SqlcipherReader::again(std::string_view destination, std::uint64_t after,
                                                     std::size_t most) {
    const std::lock_guard lock(mutex_);
    std::vector<Delivery> found;
    auto done = query(connection_,
                      "SELECT d.report, r.subject, v.name, r.received, r.sealed, d.attempts, r.digest "
                      "FROM delivery d INDEXED BY delivery_again "
                      "CROSS JOIN report r ON r.number = d.report CROSS JOIN device v ON v.id = r.device "
                      "WHERE d.destination = (SELECT id FROM destination WHERE name = ?1) AND d.state = 6 "
                      "AND d.report > ?2 ORDER BY d.report LIMIT ?3",
                      stretch(destination, after, most),
                      [&](const Statement& row) { return read_delivery(row, found); });
    if (!done) return failure(std::move(done.error()));
    return found;
}

Result<std::uint64_t> SqlcipherReader::newest_report() {
    const std::lock_guard lock(mutex_);
    std::uint64_t newest = 0;
    auto done = query(connection_, "SELECT coalesce(max(number), 0) FROM report", no_parameters,
                      [&](const Statement& row) -> Result<void> {
                          newest = unsigned_of(row.integer(0));
                          return {};
                      });
    if (!done) return failure(std::move(done.error()));
    return newest;
}

Result<StoreReader::Acknowledged> SqlcipherReader::acknowledged(std::string_view destination,
                                                                std::uint64_t after, Instant from,
                                                                Instant until, std::size_t most) {
    const std::lock_guard lock(mutex_);
    Acknowledged found;
    std::size_t looked = 0;
    auto done = query(
        connection_,
        // Every row of a stretch, whatever it says: the caller goes on where it ends.
        "SELECT d.report, d.state, r.received, length(r.sealed) FROM delivery d CROSS JOIN report r ON "
        "r.number = d.report "
        "WHERE d.destination = (SELECT id FROM destination WHERE name = ?1) AND d.report > ?2 "
        "ORDER BY d.report LIMIT ?3",
        stretch(destination, after, most), [&](const Statement& row) -> Result<void> {
            ++looked;
            found.looked_to = unsigned_of(row.integer(0));
            const Instant received = instant_of(row.integer(2));
            const bool wanted = static_cast<DeliveryState>(row.integer(1)) == DeliveryState::delivered &&
                                received >= from && received < until && row.integer(3) > 0;
            if (wanted) found.reports.push_back(found.looked_to);
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    if (looked < most) found.looked_to = 0;
    return found;
}

Result<std::map<std::string, DestinationControl>> SqlcipherReader::destination_controls() {
    const std::lock_guard lock(mutex_);
    std::map<std::string, DestinationControl> controls;
    auto done =
        query(connection_, "SELECT name, active, mode, mode_since, mode_actor, mode_reason FROM destination",
              no_parameters, [&](const Statement& row) -> Result<void> {
                  DestinationControl& control = controls[std::string(row.text(0))];
                  control.active = row.integer(1) != 0;
                  control.mode = static_cast<DestinationMode>(row.integer(2));
                  if (row.is_null(3)) return {};
                  control.since = instant_of(row.integer(3));
                  control.actor = row.text(4);
                  control.reason = row.text(5);
                  return {};
              });
    if (!done) return failure(std::move(done.error()));
    return controls;
}

}  // namespace edgeward::store
