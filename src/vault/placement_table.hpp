#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/vault/movement.hpp>

namespace edgeward::vault {

// The table placements: which bed a device stands at, half open in time, never two at once.
// Threads: the connection's.
class PlacementTable {
public:
    static Result<PlacementTable> prepare(database::Connection& database);

    // invalid_input: no device or bed, empty or backward span, or another one of the device overlaps. In the
    // caller's transaction.
    Result<std::int64_t> add(const BedPlacement& placement);
    // Ends the placement in force at `until`; invalid_input when there is none that began before.
    Result<void> end(std::string_view device, Instant until);
    // The longest span around `when` with the same answer; an empty bed: none.
    struct Span {
        Instant from{};
        Instant until{};
        std::string bed;
    };
    Result<Span> span_at(std::string_view device, Instant when);
    Result<std::vector<BedPlacement>> of_device(std::string_view device);

    // Devices at the bed at some time in [from, until).
    Result<std::vector<std::string>> devices_at(std::string_view bed, Instant from, Instant until);

private:
    PlacementTable() = default;
    database::Statement overlap_;
    database::Statement insert_;
    database::Statement end_;
    database::Statement at_;
    database::Statement gap_;
    database::Statement of_device_;
    database::Statement at_bed_;
};

}  // namespace edgeward::vault
