#include "restriction_table.hpp"

#include "prepared.hpp"

namespace edgeward::vault {
namespace {

constexpr std::int64_t secondary = 1;
constexpr std::int64_t all_processing = 2;

}  // namespace

policy::Restriction reach_of(std::int64_t column) noexcept {
    if (column == 0) return policy::Restriction::none;
    return column == secondary ? policy::Restriction::secondary : policy::Restriction::all;
}

Result<RestrictionTable> RestrictionTable::prepare(database::Connection& database) {
    RestrictionTable table;
    auto prepared = prepare_all(
        database,
        {{table.insert_,
          "INSERT INTO restrictions(person, reason, reach, set_at, set_by) "
          "SELECT coalesce(m.survivor, p.id), ?2, ?3, ?4, ?5 FROM persons p LEFT JOIN merges m ON m.ended = "
          "p.id WHERE p.subject = ?1 RETURNING id"},
         {table.select_one_,
          "SELECT r.reason, r.reach, p.subject, r.lifted_at FROM restrictions r JOIN persons p ON p.id = "
          "r.person WHERE r.id = ?1"},
         {table.lift_, "UPDATE restrictions SET lifted_at = ?2, lifted_by = ?3 WHERE id = ?1"},
         {table.select_of_,
          "SELECT r.id, r.reason, r.reach, r.set_at, r.set_by, r.lifted_at, r.lifted_by FROM persons p "
          "LEFT JOIN merges m ON m.ended = p.id JOIN restrictions r ON r.person = coalesce(m.survivor, p.id) "
          "WHERE p.subject = ?1 ORDER BY r.id"},
         {table.select_kept_,
          "WITH kept(person) AS (SELECT coalesce(m.survivor, k.person) FROM "
          "(SELECT person FROM restrictions WHERE lifted_at IS NULL UNION "
          "SELECT person FROM holds WHERE released_at IS NULL AND (ends IS NULL OR ends > ?1)) k "
          "LEFT JOIN merges m ON m.ended = k.person) "
          "SELECT p.subject FROM persons p LEFT JOIN merges m ON m.ended = p.id "
          "WHERE coalesce(m.survivor, p.id) IN (SELECT person FROM kept)"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<std::int64_t> RestrictionTable::set(const model::Pseudonym& subject, std::string_view reason,
                                           policy::Restriction reach, std::string_view actor, Instant now) {
    const ResetAtEnd reset(insert_);
    const auto row = insert_.bind(1, ByteView(subject.octets()))
                         .bind(2, reason)
                         .bind(3, reach == policy::Restriction::all ? all_processing : secondary)
                         .bind(4, count_of(now))
                         .bind(5, actor)
                         .step();
    if (!row) return failure(row.error());
    if (!*row)
        return failure(ErrorKind::invalid_input, "the vault has no such person: erased or never known");
    return insert_.integer(0);
}

Result<RestrictionTable::Lifted> RestrictionTable::lift(std::int64_t id, std::string_view actor,
                                                        Instant now) {
    std::optional<Lifted> lifted;
    {
        const ResetAtEnd reset(select_one_);
        const auto row = select_one_.bind(1, id).step();
        if (!row) return failure(row.error());
        if (!*row || !select_one_.is_null(3))
            return failure(ErrorKind::invalid_input, "there is no such restriction, or it was lifted before");
        const auto subject = subject_in(select_one_, 2);
        if (!subject) return failure(subject.error());
        lifted = Lifted{std::string(select_one_.text(0)), reach_of(select_one_.integer(1)), *subject};
    }
    const auto updated = lift_.bind(1, id).bind(2, count_of(now)).bind(3, actor).run();
    if (!updated) return failure(updated.error());
    return *std::move(lifted);
}

Result<std::vector<ProcessingRestriction>> RestrictionTable::of(const model::Pseudonym& subject) {
    const ResetAtEnd reset(select_of_);
    std::vector<ProcessingRestriction> all;
    auto row = select_of_.bind(1, ByteView(subject.octets())).step();
    for (; row && *row; row = select_of_.step()) {
        ProcessingRestriction one;
        one.id = select_of_.integer(0);
        one.reason = select_of_.text(1);
        one.reach = reach_of(select_of_.integer(2));
        one.set = instant_of(select_of_.integer(3));
        one.actor = select_of_.text(4);
        one.lifted = time_in(select_of_, 5);
        one.lifted_by = select_of_.text(6);
        all.push_back(std::move(one));
    }
    if (!row) return failure(std::move(row.error()));
    return all;
}

Result<std::vector<model::Pseudonym>> RestrictionTable::kept(Instant now) {
    const ResetAtEnd reset(select_kept_);
    std::vector<model::Pseudonym> all;
    auto row = select_kept_.bind(1, count_of(now)).step();
    for (; row && *row; row = select_kept_.step()) {
        const auto one = subject_in(select_kept_, 0);
        if (!one) return failure(one.error());
        all.push_back(*one);
    }
    if (!row) return failure(std::move(row.error()));
    return all;
}

}  // namespace edgeward::vault
