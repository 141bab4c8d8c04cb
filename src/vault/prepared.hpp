#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include <edgeward/database/rows.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

namespace edgeward::vault {

using database::bind_time;
using database::count_of;
using database::instant_of;
using database::ResetAtEnd;
using database::time_in;

// corrupt: the column holds no pseudonym.
inline Result<model::Pseudonym> subject_in(const database::Statement& row, int column) {
    auto subject = pseudonym::recall(row.octets(column));
    if (!subject) return failure(ErrorKind::corrupt, "a stored pseudonym has a wrong length");
    return subject;
}

struct Preparation {
    database::Statement& into;
    std::string_view sql;
};

inline Result<void> prepare_all(database::Connection& database,
                                std::initializer_list<Preparation> preparations) {
    for (const auto& preparation : preparations) {
        auto statement = database.prepare(preparation.sql);
        if (!statement) return failure(std::move(statement.error()));
        preparation.into = std::move(*statement);
    }
    return {};
}

}  // namespace edgeward::vault
