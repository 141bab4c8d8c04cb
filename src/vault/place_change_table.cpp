#include "place_change_table.hpp"

#include "prepared.hpp"

namespace edgeward::vault {

Result<PlaceChangeTable> PlaceChangeTable::prepare(database::Connection& database) {
    PlaceChangeTable table;
    auto prepared = prepare_all(
        database,
        {{table.insert_, "INSERT INTO place_changes(device, bed, starts, ends) VALUES(?1, ?2, ?3, ?4)"},
         {table.oldest_, "SELECT id, device, bed, starts, ends FROM place_changes ORDER BY id LIMIT 1"},
         {table.remove_, "DELETE FROM place_changes WHERE id = ?1"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<void> PlaceChangeTable::add(std::string_view device, std::string_view bed, Instant from,
                                   std::optional<Instant> until) {
    insert_.bind(1, device).bind(2, bed).bind(3, count_of(from));
    bind_time(insert_, 4, until);
    const auto inserted = insert_.run();
    if (!inserted) return failure(inserted.error());
    return {};
}

Result<void> PlaceChangeTable::add_device(std::string_view device, Instant from,
                                          std::optional<Instant> until) {
    return add(device, {}, from, until);
}

Result<void> PlaceChangeTable::add_bed(std::string_view bed, Instant from, std::optional<Instant> until) {
    return add({}, bed, from, until);
}

Result<std::optional<PlaceChange>> PlaceChangeTable::oldest() {
    const ResetAtEnd reset(oldest_);
    const auto row = oldest_.step();
    if (!row) return failure(row.error());
    if (!*row) return std::nullopt;
    return PlaceChange{oldest_.integer(0), std::string(oldest_.text(1)), std::string(oldest_.text(2)),
                       instant_of(oldest_.integer(3)), time_in(oldest_, 4)};
}

Result<void> PlaceChangeTable::remove(std::int64_t id) {
    const auto removed = remove_.bind(1, id).run();
    if (!removed) return failure(removed.error());
    return {};
}

}  // namespace edgeward::vault
