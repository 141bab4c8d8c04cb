#include "placement_table.hpp"

#include <utility>

#include "prepared.hpp"

namespace edgeward::vault {
Result<PlacementTable> PlacementTable::prepare(database::Connection& database) {
    PlacementTable table;
    auto prepared = prepare_all(
        database,
        {{table.overlap_,
          "SELECT 1 FROM placements WHERE device = ?1 AND starts < ?3 AND (ends IS NULL OR ends > ?2) "
          "LIMIT 1"},
         {table.insert_,
          "INSERT INTO placements(device, bed, starts, ends) VALUES(?1, ?2, ?3, ?4) RETURNING id"},
         {table.end_,
          "UPDATE placements SET ends = ?2 WHERE device = ?1 AND starts < ?2 AND "
          "(ends IS NULL OR ends > ?2)"},
         {table.at_,
          "SELECT bed, starts, ends FROM placements WHERE device = ?1 AND starts <= ?2 AND "
          "(ends IS NULL OR ends > ?2)"},
         {table.gap_,
          "SELECT (SELECT max(ends) FROM placements WHERE device = ?1 AND ends <= ?2), "
          "(SELECT min(starts) FROM placements WHERE device = ?1 AND starts > ?2)"},
         {table.of_device_, "SELECT id, bed, starts, ends FROM placements WHERE device = ?1 ORDER BY starts"},
         {table.at_bed_,
          "SELECT DISTINCT device FROM placements WHERE bed = ?1 AND starts < ?3 AND "
          "(ends IS NULL OR ends > ?2) ORDER BY device"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<std::int64_t> PlacementTable::add(const BedPlacement& placement) {
    if (placement.device.empty() || placement.bed.empty())
        return failure(ErrorKind::invalid_input, "a placement needs a device and a bed");
    const Instant end = placement.until.value_or(Instant::max());
    if (end <= placement.from) return failure(ErrorKind::invalid_input, "a placement ends before it begins");
    {
        const ResetAtEnd reset(overlap_);
        const auto other = overlap_.bind(1, placement.device)
                               .bind(2, count_of(placement.from))
                               .bind(3, count_of(end))
                               .step();
        if (!other) return failure(other.error());
        if (*other)
            return failure(ErrorKind::invalid_input, "the device stands at a bed in that time already");
    }
    const ResetAtEnd reset(insert_);
    insert_.bind(1, placement.device).bind(2, placement.bed).bind(3, count_of(placement.from));
    bind_time(insert_, 4, placement.until);
    const auto row = insert_.step();
    if (!row) return failure(row.error());
    return insert_.integer(0);
}

Result<void> PlacementTable::end(std::string_view device, Instant until) {
    const auto ended = end_.bind(1, device).bind(2, count_of(until)).run();
    if (!ended) return failure(ended.error());
    if (*ended == 0)
        return failure(ErrorKind::invalid_input, "the device stands at no bed to be taken from at that time");
    return {};
}

Result<PlacementTable::Span> PlacementTable::span_at(std::string_view device, Instant when) {
    {
        const ResetAtEnd reset(at_);
        const auto row = at_.bind(1, device).bind(2, count_of(when)).step();
        if (!row) return failure(row.error());
        if (*row) {
            return Span{instant_of(at_.integer(1)), time_in(at_, 2).value_or(Instant::max()),
                        std::string(at_.text(0))};
        }
    }
    const ResetAtEnd reset(gap_);
    const auto row = gap_.bind(1, device).bind(2, count_of(when)).step();
    if (!row) return failure(row.error());
    return Span{time_in(gap_, 0).value_or(Instant::min()), time_in(gap_, 1).value_or(Instant::max()), {}};
}

Result<std::vector<BedPlacement>> PlacementTable::of_device(std::string_view device) {
    const ResetAtEnd reset(of_device_);
    std::vector<BedPlacement> rows;
    auto row = of_device_.bind(1, device).step();
    for (; row && *row; row = of_device_.step()) {
        rows.push_back({of_device_.integer(0), std::string(device), std::string(of_device_.text(1)),
                        instant_of(of_device_.integer(2)), time_in(of_device_, 3)});
    }
    if (!row) return failure(std::move(row.error()));
    return rows;
}

Result<std::vector<std::string>> PlacementTable::devices_at(std::string_view bed, Instant from,
                                                            Instant until) {
    const ResetAtEnd reset(at_bed_);
    std::vector<std::string> devices;
    auto row = at_bed_.bind(1, bed).bind(2, count_of(from)).bind(3, count_of(until)).step();
    for (; row && *row; row = at_bed_.step())
        devices.emplace_back(at_bed_.text(0));
    if (!row) return failure(std::move(row.error()));
    return devices;
}

}  // namespace edgeward::vault
