#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

namespace edgeward::vault {

// Resets a statement at the end of the scope that uses it, so that no read transaction stays open. Declared
// after everything that is bound.
class ResetAtEnd {
public:
    explicit ResetAtEnd(database::Statement& statement) : statement_(statement) {}
    ResetAtEnd(const ResetAtEnd&) = delete;
    ResetAtEnd& operator=(const ResetAtEnd&) = delete;
    ~ResetAtEnd() { statement_.reset(); }

private:
    database::Statement& statement_;
};

// Times as the tables keep them: milliseconds since 1970-01-01T00:00Z.
inline std::int64_t count_of(Instant instant) {
    return instant.time_since_epoch().count();
}
inline Instant instant_of(std::int64_t count) {
    return Instant(std::chrono::milliseconds(count));
}

// A column that may be null.
inline std::optional<Instant> time_in(const database::Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return instant_of(row.integer(column));
}
inline void bind_time(database::Statement& statement, int parameter, const std::optional<Instant>& time) {
    if (time) {
        statement.bind(parameter, count_of(*time));
    } else {
        statement.bind_null(parameter);
    }
}

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
