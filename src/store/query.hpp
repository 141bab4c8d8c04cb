#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/database/database.hpp>

#include "statements.hpp"

namespace edgeward::store {

constexpr auto no_parameters = [](database::Statement&) {};

// How many rows at most, as SQLite takes it.
inline std::int64_t limit_of(std::size_t most) noexcept {
    return static_cast<std::int64_t>(most);
}

// ?1 the destination, ?2 the report after which to go on, ?3 how many at most.
inline auto stretch(std::string_view destination, std::uint64_t after, std::size_t most) {
    return [=](database::Statement& sql) {
        sql.bind(1, destination).bind(2, signed_of(after)).bind(3, limit_of(most));
    };
}

// Asks a prepared question: calls `bind` to bind its parameters, then `each` for every row until that fails.
template <typename Bind, typename Each>
Result<void> query(database::Statement& statement, Bind bind, Each each) {
    const ResetAtEnd guard(statement);
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

// One read transaction: everything as of one moment. Closing ends it.
inline Result<database::Connection> open_snapshot(const std::filesystem::path& file, const Secret& key) {
    auto connection = database::Connection::open(file, key, database::Access::read_only);
    if (!connection) return connection;
    if (auto begun = connection->execute("BEGIN"); !begun) return failure(std::move(begun.error()));
    return connection;
}

}  // namespace edgeward::store
