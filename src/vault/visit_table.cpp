#include "visit_table.hpp"

#include <utility>

#include "prepared.hpp"

namespace edgeward::vault {
namespace {

Result<void> run(database::Statement& statement) {
    const auto done = statement.run();
    if (!done) return failure(done.error());
    return {};
}

}  // namespace

Result<VisitTable> VisitTable::prepare(database::Connection& database) {
    VisitTable table;
    auto prepared = prepare_all(
        database,
        {{table.find_, "SELECT id, person, cancelled FROM visits WHERE number = ?1"},
         {table.find_unnumbered_,
          "SELECT id, person, cancelled FROM visits WHERE person = ?1 AND number IS NULL LIMIT 1"},
         {table.add_, "INSERT INTO visits(person, number) VALUES(?1, ?2) RETURNING id, person, cancelled"},
         {table.set_account_, "UPDATE visits SET account = ?2 WHERE id = ?1"},
         {table.of_account_, "SELECT id, person FROM visits WHERE account = ?1"},
         {table.of_person_, "SELECT id FROM visits WHERE person = ?1"},
         {table.give_, "UPDATE visits SET person = ?2 WHERE id = ?1"},
         {table.renumber_, "UPDATE visits SET number = ?2 WHERE id = ?1"},
         {table.find_movement_,
          "SELECT id, visit, kind, bed, happened, recorded, cancelled FROM movements WHERE mark = ?1"},
         {table.same_,
          "SELECT 1 FROM movements WHERE visit = ?1 AND kind = ?2 AND bed = ?3 AND happened = ?4 AND "
          "cancelled = 0 LIMIT 1"},
         {table.newest_,
          "SELECT id, visit, kind, bed, happened, recorded, cancelled FROM movements "
          "WHERE visit = ?1 AND kind = ?2 AND cancelled = 0 ORDER BY happened DESC, id DESC LIMIT 1"},
         {table.add_movement_,
          "INSERT INTO movements(visit, kind, mark, bed, happened, recorded, cancelled) "
          "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
         {table.change_movement_,
          "UPDATE movements SET visit = ?2, kind = ?3, bed = ?4, happened = ?5, recorded = ?6, "
          "cancelled = ?7 WHERE id = ?1"},
         {table.cancel_all_,
          "UPDATE movements SET cancelled = 1 WHERE visit = ?1 AND cancelled = 0 AND recorded <= ?2"},
         {table.cancel_visit_, "UPDATE visits SET cancelled = ?2 WHERE id = ?1"},
         {table.movements_,
          "SELECT kind, bed, happened FROM movements WHERE visit = ?1 AND cancelled = 0 "
          "ORDER BY happened, id"},
         {table.knows_message_, "SELECT 1 FROM movement_messages WHERE fingerprint = ?1"},
         {table.remember_message_, "INSERT INTO movement_messages(fingerprint, received) VALUES(?1, ?2)"},
         {table.forget_messages_, "DELETE FROM movement_messages WHERE received < ?1"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<std::optional<VisitRow>> VisitTable::visit_in(database::Statement& statement) {
    const auto row = statement.step();
    if (!row) return failure(row.error());
    if (!*row) return std::nullopt;
    VisitRow visit{statement.integer(0), statement.integer(1), std::nullopt};
    if (!statement.is_null(2)) visit.cancelled = instant_of(statement.integer(2));
    return visit;
}

Result<std::optional<MovementRow>> VisitTable::movement_in(database::Statement& statement) {
    const auto row = statement.step();
    if (!row) return failure(row.error());
    if (!*row) return std::nullopt;
    return MovementRow{statement.integer(0),
                       statement.integer(1),
                       static_cast<MovementKind>(statement.integer(2)),
                       std::string(statement.text(3)),
                       instant_of(statement.integer(4)),
                       instant_of(statement.integer(5)),
                       statement.integer(6) != 0};
}

Result<std::optional<VisitRow>> VisitTable::find(const crypto::Digest& number) {
    const ResetAtEnd reset(find_);
    return visit_in(find_.bind(1, ByteView(number)));
}

Result<std::optional<VisitRow>> VisitTable::find_unnumbered(std::int64_t person) {
    const ResetAtEnd reset(find_unnumbered_);
    return visit_in(find_unnumbered_.bind(1, person));
}

Result<VisitRow> VisitTable::add(std::int64_t person, const std::optional<crypto::Digest>& number) {
    const ResetAtEnd reset(add_);
    add_.bind(1, person).bind_null(2);
    if (number) add_.bind(2, ByteView(*number));
    const auto added = visit_in(add_);
    if (!added) return failure(added.error());
    return **added;
}

Result<void> VisitTable::set_account(std::int64_t visit, const crypto::Digest& account) {
    return run(set_account_.bind(1, visit).bind(2, ByteView(account)));
}

Result<std::vector<VisitRow>> VisitTable::of_account(const crypto::Digest& account) {
    const ResetAtEnd reset(of_account_);
    std::vector<VisitRow> visits;
    auto row = of_account_.bind(1, ByteView(account)).step();
    for (; row && *row; row = of_account_.step())
        visits.push_back({of_account_.integer(0), of_account_.integer(1), std::nullopt});
    if (!row) return failure(std::move(row.error()));
    return visits;
}

Result<std::vector<std::int64_t>> VisitTable::of_person(std::int64_t person) {
    const ResetAtEnd reset(of_person_);
    std::vector<std::int64_t> ids;
    auto row = of_person_.bind(1, person).step();
    for (; row && *row; row = of_person_.step())
        ids.push_back(of_person_.integer(0));
    if (!row) return failure(std::move(row.error()));
    return ids;
}

Result<void> VisitTable::give(std::int64_t visit, std::int64_t person) {
    return run(give_.bind(1, visit).bind(2, person));
}

Result<void> VisitTable::renumber(std::int64_t visit, const crypto::Digest& number) {
    return run(renumber_.bind(1, visit).bind(2, ByteView(number)));
}

Result<std::optional<MovementRow>> VisitTable::find_movement(const crypto::Digest& mark) {
    const ResetAtEnd reset(find_movement_);
    return movement_in(find_movement_.bind(1, ByteView(mark)));
}

Result<bool> VisitTable::has_same(const MovementRow& movement) {
    const ResetAtEnd reset(same_);
    return same_.bind(1, movement.visit)
        .bind(2, static_cast<std::int64_t>(movement.kind))
        .bind(3, movement.bed)
        .bind(4, count_of(movement.happened))
        .step();
}

Result<std::optional<MovementRow>> VisitTable::newest(std::int64_t visit, MovementKind kind) {
    const ResetAtEnd reset(newest_);
    return movement_in(newest_.bind(1, visit).bind(2, static_cast<std::int64_t>(kind)));
}

Result<void> VisitTable::add_movement(const MovementRow& movement,
                                      const std::optional<crypto::Digest>& mark) {
    add_movement_.bind(1, movement.visit).bind(2, static_cast<std::int64_t>(movement.kind)).bind_null(3);
    if (mark) add_movement_.bind(3, ByteView(*mark));
    return run(add_movement_.bind(4, movement.bed)
                   .bind(5, count_of(movement.happened))
                   .bind(6, count_of(movement.recorded))
                   .bind(7, movement.cancelled ? 1 : 0));
}

Result<void> VisitTable::change_movement(const MovementRow& movement) {
    return run(change_movement_.bind(1, movement.id)
                   .bind(2, movement.visit)
                   .bind(3, static_cast<std::int64_t>(movement.kind))
                   .bind(4, movement.bed)
                   .bind(5, count_of(movement.happened))
                   .bind(6, count_of(movement.recorded))
                   .bind(7, movement.cancelled ? 1 : 0));
}

Result<std::int64_t> VisitTable::cancel_all(std::int64_t visit, Instant recorded) {
    if (auto marked = run(cancel_visit_.bind(1, visit).bind(2, count_of(recorded))); !marked)
        return failure(std::move(marked.error()));
    return cancel_all_.bind(1, visit).bind(2, count_of(recorded)).run();
}

Result<std::vector<VisitMovement>> VisitTable::movements(std::int64_t visit) {
    const ResetAtEnd reset(movements_);
    std::vector<VisitMovement> all;
    auto row = movements_.bind(1, visit).step();
    for (; row && *row; row = movements_.step()) {
        all.push_back({static_cast<MovementKind>(movements_.integer(0)), std::string(movements_.text(1)),
                       instant_of(movements_.integer(2))});
    }
    if (!row) return failure(std::move(row.error()));
    return all;
}

Result<bool> VisitTable::knows_message(const crypto::Digest& fingerprint) {
    const ResetAtEnd reset(knows_message_);
    return knows_message_.bind(1, ByteView(fingerprint)).step();
}

Result<void> VisitTable::remember_message(const crypto::Digest& fingerprint, Instant received,
                                          Instant forget_before) {
    if (auto forgotten = run(forget_messages_.bind(1, count_of(forget_before))); !forgotten) return forgotten;
    return run(remember_message_.bind(1, ByteView(fingerprint)).bind(2, count_of(received)));
}

}  // namespace edgeward::vault
