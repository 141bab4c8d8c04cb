#include "erasure_table.hpp"

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include <algorithm>

#include "prepared.hpp"

namespace edgeward::vault {

Result<ErasureTable> ErasureTable::prepare(database::Connection& database) {
    ErasureTable table;
    auto prepared = prepare_all(
        database, {{table.select_applied_, "SELECT entries, link FROM erasure_state WHERE id = 1"},
                   {table.update_applied_, "UPDATE erasure_state SET entries = ?1, link = ?2 WHERE id = 1"},
                   {table.delete_person_, "DELETE FROM persons WHERE subject = ?1"},
                   {table.select_subjects_, "SELECT subject FROM persons"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<ErasureTable::Position> ErasureTable::applied() {
    const ResetAtEnd reset(select_applied_);
    const auto row = select_applied_.step();
    if (!row) return failure(row.error());
    Position position;
    if (!*row || select_applied_.octets(1).size() != position.link.size())
        return failure(ErrorKind::corrupt, "vault.db does not say which erasures it has seen");
    position.entries = static_cast<std::uint64_t>(select_applied_.integer(0));
    std::ranges::copy(select_applied_.octets(1), position.link.begin());
    return position;
}

Result<void> ErasureTable::set_applied(const Position& position) {
    const auto updated = update_applied_.bind(1, static_cast<std::int64_t>(position.entries))
                             .bind(2, ByteView(position.link))
                             .run();
    if (!updated) return failure(updated.error());
    return {};
}

Result<bool> ErasureTable::remove(const model::Pseudonym& subject) {
    const auto removed = delete_person_.bind(1, ByteView(subject.octets())).run();
    if (!removed) return failure(removed.error());
    return *removed > 0;
}

Result<std::vector<model::Pseudonym>> ErasureTable::subjects() {
    const ResetAtEnd reset(select_subjects_);
    std::vector<model::Pseudonym> all;
    for (;;) {
        const auto row = select_subjects_.step();
        if (!row) return failure(row.error());
        if (!*row) return all;
        const auto subject = subject_in(select_subjects_, 0);
        if (!subject) return failure(subject.error());
        all.push_back(*subject);
    }
}

}  // namespace edgeward::vault
