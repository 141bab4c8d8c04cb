#pragma once

#include <optional>
#include <string_view>

#include <edgeward/database/database.hpp>
#include <edgeward/vault/movement.hpp>

namespace edgeward::vault {

// The table place_changes: in which times it is told otherwise than before who was at a device or a bed.
// Works in the caller's transaction. Threads: the connection's.
class PlaceChangeTable {
public:
    static Result<PlaceChangeTable> prepare(database::Connection& database);

    Result<void> add_device(std::string_view device, Instant from, std::optional<Instant> until);
    Result<void> add_bed(std::string_view bed, Instant from, std::optional<Instant> until);
    Result<std::optional<PlaceChange>> oldest();
    Result<void> remove(std::int64_t id);

private:
    PlaceChangeTable() = default;
    Result<void> add(std::string_view device, std::string_view bed, Instant from,
                     std::optional<Instant> until);

    database::Statement insert_;
    database::Statement oldest_;
    database::Statement remove_;
};

}  // namespace edgeward::vault
