#pragma once

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>

namespace edgeward::access {

// Resets a statement at the end of the scope that uses it. Declared after everything that is bound.
class ResetAtEnd {
public:
    explicit ResetAtEnd(database::Statement& statement) : statement_(statement) {}
    ResetAtEnd(const ResetAtEnd&) = delete;
    ResetAtEnd& operator=(const ResetAtEnd&) = delete;
    ~ResetAtEnd() { statement_.reset(); }

private:
    database::Statement& statement_;
};

// Times as accounts.db has them.
inline std::int64_t count_of(Instant time) {
    return time.time_since_epoch().count();
}
inline Instant instant_of(std::int64_t count) {
    return Instant(std::chrono::milliseconds(count));
}

}  // namespace edgeward::access
