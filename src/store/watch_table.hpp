#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::store {

// What the device watch knew of each device. Works inside the caller's transaction. One thread.
class WatchTable {
public:
    static Result<WatchTable> open(database::Connection& connection);
    // `exact`: nothing came after what these rows say. Otherwise no row is exact from now on.
    Result<void> save(const std::vector<device::Watched>& devices, bool exact);

private:
    enum Sql : std::uint8_t { replace_row, doubt_all, statements };
    std::array<database::Statement, statements> sql_;
};

}  // namespace edgeward::store
