#pragma once

#include <cstdint>
#include <optional>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>

// What all tables have in common: how times are kept, and the end of reading a row. Threads: the
// connection's.
namespace edgeward::database {

// Resets a statement at the end of the scope that uses it, so that no read transaction stays open. Declared
// after everything that is bound: bound octets must outlive it.
class ResetAtEnd {
public:
    explicit ResetAtEnd(Statement& statement) noexcept : statement_(statement) {}
    ResetAtEnd(const ResetAtEnd&) = delete;
    ResetAtEnd& operator=(const ResetAtEnd&) = delete;
    ~ResetAtEnd() { statement_.reset(); }

private:
    Statement& statement_;
};

// Times as tables keep them: milliseconds since 1970-01-01T00:00Z.
inline std::int64_t count_of(Instant instant) noexcept {
    return instant.time_since_epoch().count();
}
inline Instant instant_of(std::int64_t count) noexcept {
    return Instant(std::chrono::milliseconds(count));
}

// A column that may be null.
inline std::optional<Instant> time_in(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return instant_of(row.integer(column));
}
inline void bind_time(Statement& statement, int parameter, const std::optional<Instant>& time) {
    if (time) {
        statement.bind(parameter, count_of(*time));
    } else {
        statement.bind_null(parameter);
    }
}

}  // namespace edgeward::database
