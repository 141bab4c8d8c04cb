#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>

#include "subject_cache.hpp"

namespace edgeward::vault {

struct AssociationRow {
    std::int64_t id = 0;
    model::Pseudonym subject;
    Instant from{};
    std::optional<Instant> until;
};

// The table associations: whose a device is, half open in time, never two at once.
// Threads: the connection's.
class AssociationTable {
public:
    static Result<AssociationTable> prepare(database::Connection& database);

    // invalid_input: empty or backward span, or another one of the device overlaps. In the caller's
    // transaction.
    Result<std::int64_t> add(std::string_view device, std::int64_t person, Instant from,
                             std::optional<Instant> until);
    // Ends the association that is in force at `until`; invalid_input when there is none that began before.
    Result<void> end(std::string_view device, Instant until);
    // The longest span around `when` with the same answer. invalid_input: two persons at once.
    Result<DeviceSpan> span_at(std::string_view device, Instant when);
    Result<std::vector<AssociationRow>> of_device(std::string_view device);
    // By time.
    Result<std::vector<AssociatedDevice>> of_person(std::int64_t person);

private:
    AssociationTable() = default;
    Result<DeviceSpan> gap_at(std::string_view device, Instant when);
    database::Statement overlap_;
    database::Statement insert_;
    database::Statement end_;
    database::Statement at_;
    database::Statement gap_;
    database::Statement of_device_;
    database::Statement of_person_;
};

}  // namespace edgeward::vault
