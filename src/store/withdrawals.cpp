#include "withdrawals.hpp"

#include <utility>

#include "statements.hpp"

namespace edgeward::store {

Result<Withdrawals> Withdrawals::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection, {"SELECT 1 FROM report r WHERE r.number = ?1 AND length(r.sealed) > 0 "
                     "AND NOT EXISTS(SELECT 1 FROM withdrawal w WHERE w.report = ?1) "
                     "AND NOT EXISTS(SELECT 1 FROM withdrawal w WHERE w.taken_back_by = ?1)",
                     "INSERT INTO withdrawal(report, taken_back_by, instead) VALUES(?1, ?2, ?3)"});
    if (!prepared) return failure(std::move(prepared.error()));
    Withdrawals table;
    table.sql_ = std::move(*prepared);
    return table;
}

Result<bool> Withdrawals::stands(std::uint64_t report) {
    const ResetAtEnd guard(sql_[select]);
    return sql_[select].bind(1, signed_of(report)).step();
}

Result<void> Withdrawals::add(std::uint64_t report, std::uint64_t taken_back_by,
                              std::optional<std::uint64_t> instead) {
    database::Statement& statement = sql_[insert];
    statement.bind(1, signed_of(report)).bind(2, signed_of(taken_back_by)).bind_null(3);
    if (instead) statement.bind(3, signed_of(*instead));
    return run(statement);
}

}  // namespace edgeward::store
