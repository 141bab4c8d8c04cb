#include <utility>

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "association_table.hpp"
#include "prepared.hpp"

namespace edgeward::vault {
Result<AssociationTable> AssociationTable::prepare(database::Connection& database) {
    AssociationTable table;
    auto prepared = prepare_all(
        database,
        {{table.overlap_,
          "SELECT 1 FROM associations WHERE device = ?1 AND starts < ?3 AND (ends IS NULL OR ends > ?2) "
          "LIMIT 1"},
         {table.insert_,
          "INSERT INTO associations(device, person, starts, ends) VALUES(?1, ?2, ?3, ?4) RETURNING id"},
         {table.end_,
          "UPDATE associations SET ends = ?2 WHERE device = ?1 AND starts < ?2 AND "
          "(ends IS NULL OR ends > ?2)"},
         {table.at_,
          "SELECT p.subject, a.starts, a.ends FROM associations a JOIN persons p ON p.id = a.person "
          "WHERE a.device = ?1 AND a.starts <= ?2 AND (a.ends IS NULL OR a.ends > ?2) LIMIT 2"},
         {table.gap_,
          "SELECT (SELECT max(ends) FROM associations WHERE device = ?1 AND ends <= ?2), "
          "(SELECT min(starts) FROM associations WHERE device = ?1 AND starts > ?2)"},
         {table.of_device_,
          "SELECT a.id, p.subject, a.starts, a.ends FROM associations a "
          "JOIN persons p ON p.id = a.person WHERE a.device = ?1 ORDER BY a.starts"},
         {table.of_person_,
          "SELECT device, starts, ends FROM associations WHERE person = ?1 ORDER BY starts, id"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<std::int64_t> AssociationTable::add(std::string_view device, std::int64_t person, Instant from,
                                           std::optional<Instant> until) {
    if (device.empty()) return failure(ErrorKind::invalid_input, "an association needs a device");
    const Instant end = until.value_or(Instant::max());
    if (end <= from) return failure(ErrorKind::invalid_input, "an association ends before it begins");
    {
        const ResetAtEnd reset(overlap_);
        const auto other = overlap_.bind(1, device).bind(2, count_of(from)).bind(3, count_of(end)).step();
        if (!other) return failure(other.error());
        if (*other)
            return failure(ErrorKind::invalid_input, "the device has another association in that time");
    }
    const ResetAtEnd reset(insert_);
    insert_.bind(1, device).bind(2, person).bind(3, count_of(from));
    bind_time(insert_, 4, until);
    const auto row = insert_.step();
    if (!row) return failure(row.error());
    return insert_.integer(0);
}

Result<void> AssociationTable::end(std::string_view device, Instant until) {
    const auto ended = end_.bind(1, device).bind(2, count_of(until)).run();
    if (!ended) return failure(ended.error());
    if (*ended == 0)
        return failure(ErrorKind::invalid_input, "the device has no association to end at that time");
    return {};
}

Result<DeviceSpan> AssociationTable::gap_at(std::string_view device, Instant when) {
    const ResetAtEnd reset(gap_);
    const auto row = gap_.bind(1, device).bind(2, count_of(when)).step();
    if (!row) return failure(row.error());
    return DeviceSpan{time_in(gap_, 0).value_or(Instant::min()), time_in(gap_, 1).value_or(Instant::max()),
                      std::nullopt};
}

Result<DeviceSpan> AssociationTable::span_at(std::string_view device, Instant when) {
    const ResetAtEnd reset(at_);
    auto row = at_.bind(1, device).bind(2, count_of(when)).step();
    if (!row) return failure(std::move(row.error()));
    if (!*row) return gap_at(device, when);
    const auto subject = subject_in(at_, 0);
    if (!subject) return failure(subject.error());
    const DeviceSpan span{instant_of(at_.integer(1)), time_in(at_, 2).value_or(Instant::max()), *subject};
    row = at_.step();
    if (!row) return failure(std::move(row.error()));
    if (*row)
        return failure(ErrorKind::invalid_input, "the device is associated with two persons at that time");
    return span;
}

Result<std::vector<AssociationRow>> AssociationTable::of_device(std::string_view device) {
    const ResetAtEnd reset(of_device_);
    std::vector<AssociationRow> rows;
    auto row = of_device_.bind(1, device).step();
    for (; row && *row; row = of_device_.step()) {
        const auto subject = subject_in(of_device_, 1);
        if (!subject) return failure(subject.error());
        rows.push_back(
            {of_device_.integer(0), *subject, instant_of(of_device_.integer(2)), time_in(of_device_, 3)});
    }
    if (!row) return failure(std::move(row.error()));
    return rows;
}

Result<std::vector<AssociatedDevice>> AssociationTable::of_person(std::int64_t person) {
    const ResetAtEnd reset(of_person_);
    std::vector<AssociatedDevice> all;
    auto row = of_person_.bind(1, person).step();
    for (; row && *row; row = of_person_.step())
        all.push_back(
            {std::string(of_person_.text(0)), instant_of(of_person_.integer(1)), time_in(of_person_, 2)});
    if (!row) return failure(std::move(row.error()));
    return all;
}

}  // namespace edgeward::vault
