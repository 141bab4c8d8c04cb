#pragma once

#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>

namespace edgeward::enrolment {

inline constexpr std::int64_t book_version = 2;

// Brings devices.db to this version. misconfigured: it is of a newer one.
Result<void> migrate(database::Connection& database);

}  // namespace edgeward::enrolment
