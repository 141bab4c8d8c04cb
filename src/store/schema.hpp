#pragma once

#include <cstdint>

#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>

namespace edgeward::store {

// PRAGMA user_version of the tables below (docs/store-format.md).
inline constexpr std::int64_t store_schema_version = 8;

// Makes the tables in an empty database, with a fresh installation id. misconfigured: made by a newer
// version.
Result<void> prepare_schema(database::Connection& connection, Random& random);

}  // namespace edgeward::store
