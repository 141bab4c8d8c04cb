#pragma once

#include <string_view>
#include <utility>

#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>

namespace edgeward::store {

// Prepares a question, lets `bind` bind its parameters and calls `each` for every row until that fails.
template <typename Bind, typename Each>
Result<void> query(database::Connection& connection, std::string_view sql, Bind bind, Each each) {
    auto statement = connection.prepare(sql);
    if (!statement) return failure(std::move(statement.error()));
    bind(*statement);
    for (auto row = statement->step();; row = statement->step()) {
        if (!row) return failure(std::move(row.error()));
        if (!*row) return {};
        if (Result<void> done = each(*statement); !done) return done;
    }
}

}  // namespace edgeward::store
