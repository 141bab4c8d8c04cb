// What StoreReader says of one person. There is no index of persons: such questions are rare, and are asked
// in stretches, between which deliveries go on.

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "query.hpp"
#include "statements.hpp"
#include "store_reader.hpp"

namespace edgeward::store {
namespace {

using database::Statement;

auto stretch_of(const model::Pseudonym& subject, std::uint64_t after, std::size_t most) {
    return [&subject, after, most](Statement& sql) {
        sql.bind(1, ByteView(subject.octets())).bind(2, signed_of(after)).bind(3, limit_of(most));
    };
}

}  // namespace

Result<std::uint64_t> SqlcipherReader::end_of_stretch(std::string_view newest, std::uint64_t after,
                                                      std::size_t most) {
    std::uint64_t last = 0;
    auto done = query(connection_, newest, no_parameters, [&](const Statement& row) -> Result<void> {
        last = unsigned_of(row.integer(0));
        return {};
    });
    if (!done) return failure(std::move(done.error()));
    return last > after && last - after > most ? after + most : 0;
}

Result<std::uint64_t> SqlcipherReader::records_about(
    const model::Pseudonym& subject, std::uint64_t after, std::size_t most,
    const std::function<void(Instant, const audit::Event&)>& record) {
    const std::lock_guard lock(mutex_);
    auto done = query(connection_,
                      "SELECT canonical FROM audit WHERE sequence > ?2 AND sequence <= ?2 + ?3 AND "
                      "instr(canonical, ?1) > 0 "
                      "ORDER BY sequence",
                      stretch_of(subject, after, most), [&](const Statement& row) -> Result<void> {
                          const auto content = audit::parse_canonical(row.octets(0));
                          if (!content)
                              return failure(ErrorKind::corrupt, "a stored audit record cannot be read");
                          if (content->second.subject == subject) record(content->first, content->second);
                          return {};
                      });
    if (!done) return failure(std::move(done.error()));
    return end_of_stretch("SELECT max(sequence) FROM audit", after, most);
}

Result<StoreReader::PersonMeasurements> SqlcipherReader::measurements_of(const model::Pseudonym& subject,
                                                                         std::uint64_t after,
                                                                         std::size_t stretch,
                                                                         std::size_t most) {
    const std::lock_guard lock(mutex_);
    PersonMeasurements found;
    auto done = query(
        connection_,
        "SELECT r.number, r.subject, v.name, r.received, r.sealed, 0, r.digest FROM report r "
        "CROSS JOIN device v ON v.id = r.device WHERE r.number > ?2 AND r.number <= ?2 + ?3 "
        "AND r.subject = ?1 AND length(r.sealed) > 0 "
        // What turned out to be another person's, and what takes it back, is not this one's.
        "AND NOT EXISTS(SELECT 1 FROM withdrawal w WHERE w.report = r.number OR w.taken_back_by = r.number) "
        "ORDER BY r.number LIMIT ?4",
        [&](Statement& sql) {
            stretch_of(subject, after, stretch)(sql);
            sql.bind(4, limit_of(most));
        },
        [&](const Statement& row) { return read_delivery(row, found.reports); });
    if (!done) return failure(std::move(done.error()));
    if (!found.reports.empty() && found.reports.size() == most) {
        found.looked_to = found.reports.back().report;
        return found;
    }
    const auto end = end_of_stretch("SELECT max(number) FROM report", after, stretch);
    if (!end) return failure(end.error());
    found.looked_to = *end;
    return found;
}

}  // namespace edgeward::store
