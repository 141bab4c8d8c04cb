#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/books.hpp>

namespace edgeward::store {

// The counters as they stand in the tables, as of one moment when a transaction is open.
Result<std::map<std::string, InboundBook>> read_device_books(database::Connection& connection);

// With the receive time of the oldest report that waits.
Result<std::map<std::string, DestinationBook>> read_destination_books(database::Connection& connection);

}  // namespace edgeward::store
