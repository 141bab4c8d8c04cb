#include "hold_table.hpp"

#include "prepared.hpp"

namespace edgeward::vault {

Result<HoldTable> HoldTable::prepare(database::Connection& database) {
    HoldTable table;
    auto prepared = prepare_all(
        database,
        {{table.insert_,
          "INSERT INTO holds(person, reason, set_at, set_by, ends) VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id"},
         {table.select_one_,
          "SELECT h.reason, p.subject, h.released_at FROM holds h JOIN persons p ON p.id = h.person WHERE "
          "h.id = ?1"},
         {table.release_, "UPDATE holds SET released_at = ?2, released_by = ?3 WHERE id = ?1"},
         {table.select_of_,
          "SELECT h.id, h.reason, h.set_at, h.set_by, h.ends, h.released_at, h.released_by FROM holds h "
          "JOIN persons p ON p.id = h.person WHERE p.subject = ?1 ORDER BY h.id"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<std::int64_t> HoldTable::set(PersonId person, std::string_view reason, std::optional<Instant> until,
                                    std::string_view actor, Instant now) {
    const ResetAtEnd reset(insert_);
    insert_.bind(1, person).bind(2, reason).bind(3, count_of(now)).bind(4, actor);
    bind_time(insert_, 5, until);
    const auto row = insert_.step();
    if (!row) return failure(row.error());
    return insert_.integer(0);
}

Result<HoldTable::Released> HoldTable::release(std::int64_t id, std::string_view actor, Instant now) {
    std::optional<Released> released;
    {
        const ResetAtEnd reset(select_one_);
        const auto row = select_one_.bind(1, id).step();
        if (!row) return failure(row.error());
        if (!*row || !select_one_.is_null(2))
            return failure(ErrorKind::invalid_input,
                           "there is no such legal hold, or it was released before");
        const auto subject = subject_in(select_one_, 1);
        if (!subject) return failure(subject.error());
        released = Released{std::string(select_one_.text(0)), *subject};
    }
    const auto updated = release_.bind(1, id).bind(2, count_of(now)).bind(3, actor).run();
    if (!updated) return failure(updated.error());
    return *std::move(released);
}

Result<std::vector<LegalHold>> HoldTable::of(const model::Pseudonym& subject) {
    const ResetAtEnd reset(select_of_);
    std::vector<LegalHold> all;
    auto row = select_of_.bind(1, ByteView(subject.octets())).step();
    for (; row && *row; row = select_of_.step()) {
        LegalHold hold;
        hold.id = select_of_.integer(0);
        hold.reason = select_of_.text(1);
        hold.set = instant_of(select_of_.integer(2));
        hold.actor = select_of_.text(3);
        hold.until = time_in(select_of_, 4);
        hold.released = time_in(select_of_, 5);
        hold.released_by = select_of_.text(6);
        all.push_back(std::move(hold));
    }
    if (!row) return failure(std::move(row.error()));
    return all;
}

}  // namespace edgeward::vault
