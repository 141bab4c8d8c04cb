#pragma once

#include <string_view>
#include <utility>

#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>

#include "statements.hpp"

namespace edgeward::store {

// Asks a prepared question: calls `bind` to bind its parameters, then `each` for every row until that fails.
template <typename Bind, typename Each>
Result<void> query(database::Statement& statement, Bind bind, Each each) {
    const RowGuard guard(statement);
    bind(statement);
    for (auto row = statement.step();; row = statement.step()) {
        if (!row) return failure(std::move(row.error()));
        if (!*row) return {};
        if (Result<void> done = each(statement); !done) return done;
    }
}

// Prepares a question for this once.
template <typename Bind, typename Each>
Result<void> query(database::Connection& connection, std::string_view sql, Bind bind, Each each) {
    auto statement = connection.prepare(sql);
    if (!statement) return failure(std::move(statement.error()));
    return query(*statement, bind, each);
}

}  // namespace edgeward::store
