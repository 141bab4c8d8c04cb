#include <utility>

#include "consent_table.hpp"
#include "prepared.hpp"

namespace edgeward::vault {

Result<ConsentTable> ConsentTable::prepare(database::Connection& database) {
    ConsentTable table;
    auto prepared = prepare_all(
        database, {{table.insert_,
                    "INSERT INTO consents(person, purpose, given, starts, ends, recorded) "
                    "VALUES(?1, ?2, ?3, ?4, ?5, ?6)"},
                   {table.in_force_,
                    "SELECT total(c.given = 0), total(c.given AND c.starts <= ?3 AND c.ends > ?3), "
                    "total(c.given AND c.starts <= ?4 AND c.ends > ?4) "
                    "FROM persons p LEFT JOIN merges m ON m.ended = p.id "
                    "JOIN consents c ON c.person = coalesce(m.survivor, p.id) WHERE p.subject = ?1 AND "
                    "c.purpose = ?2 AND "
                    "((c.starts <= ?3 AND c.ends > ?3) OR (c.starts <= ?4 AND c.ends > ?4))"},
                   {table.of_person_,
                    "SELECT purpose, given, starts, ends, recorded FROM consents WHERE person = ?1 "
                    "ORDER BY id"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<void> ConsentTable::add(std::int64_t person, const ConsentEntry& entry, Instant recorded) {
    if (entry.until <= entry.from)
        return failure(ErrorKind::invalid_input, "a consent ends before it begins");
    const auto inserted = insert_.bind(1, person)
                              .bind(2, model::name_of(entry.purpose))
                              .bind(3, entry.given ? 1 : 0)
                              .bind(4, count_of(entry.from))
                              .bind(5, count_of(entry.until))
                              .bind(6, count_of(recorded))
                              .run();
    if (!inserted) return failure(inserted.error());
    return {};
}

Result<policy::Consent> ConsentTable::at(const model::Pseudonym& subject, model::Purpose purpose, Instant now,
                                         Instant measured) {
    const ResetAtEnd reset(in_force_);
    const auto row = in_force_.bind(1, ByteView(subject.octets()))
                         .bind(2, model::name_of(purpose))
                         .bind(3, count_of(now))
                         .bind(4, count_of(measured))
                         .step();
    if (!row) return failure(row.error());
    if (in_force_.integer(0) > 0) return policy::Consent::denied;
    const bool given = in_force_.integer(1) > 0 && in_force_.integer(2) > 0;
    return given ? policy::Consent::given : policy::Consent::unknown;
}

Result<std::vector<RecordedEntry>> ConsentTable::of_person(std::int64_t person) {
    const ResetAtEnd reset(of_person_);
    std::vector<RecordedEntry> entries;
    auto row = of_person_.bind(1, person).step();
    for (; row && *row; row = of_person_.step()) {
        const auto purpose = model::parse_purpose(of_person_.text(0));
        if (!purpose) return failure(ErrorKind::corrupt, "a stored consent is for no known purpose");
        entries.push_back({{*purpose, of_person_.integer(1) != 0, instant_of(of_person_.integer(2)),
                            instant_of(of_person_.integer(3))},
                           instant_of(of_person_.integer(4))});
    }
    if (!row) return failure(std::move(row.error()));
    return entries;
}

}  // namespace edgeward::vault
