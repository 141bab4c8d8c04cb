#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/vault/movement.hpp>

#include "subject_cache.hpp"

namespace edgeward::vault {

// One movement of a visit that was not cancelled.
struct VisitMovement {
    MovementKind kind = MovementKind::arrival;  // arrival, transfer or departure
    std::string bed;                            // empty: none
    Instant happened{};
};
struct BedSpan {
    std::string bed;
    Instant from{};
    std::optional<Instant> until;
    friend bool operator==(const BedSpan&, const BedSpan&) = default;
};
// Where a visit's movements, in the order in which they happened, put the person: an arrival or a transfer
// ends the stay before it and begins one, unless it leads to the same bed; a departure ends it, and only an
// arrival begins one again. Movements without length leave no stay.
std::vector<BedSpan> stays_after(const std::vector<VisitMovement>& movements);

// In which beds and times one of the two has the person and the other has not, by bed and time.
std::vector<BedSpan> differences(const std::vector<BedSpan>& before, const std::vector<BedSpan>& after);

struct StayRow {
    BedSpan span;
    model::Pseudonym subject;
};

// The table stays: who was in which bed. Threads: the connection's.
class StayTable {
public:
    static Result<StayTable> prepare(database::Connection& database);

    // In the caller's transaction. Gives what is different now.
    Result<std::vector<BedSpan>> replace(std::int64_t visit, const std::vector<BedSpan>& stays);
    Result<std::vector<BedSpan>> of_visit(std::int64_t visit);
    // The longest span around `when` with the same answer. invalid_input: two persons at once.
    Result<DeviceSpan> span_at(std::string_view bed, Instant when);
    // In order of time, the newest `most`.
    Result<std::vector<StayRow>> in_bed(std::string_view bed, std::size_t most);
    Result<std::vector<StayRow>> of_person(std::int64_t person, std::size_t most);

private:
    StayTable() = default;
    static Result<std::vector<StayRow>> rows_of(database::Statement& statement);

    database::Statement of_visit_;
    database::Statement remove_;
    database::Statement insert_;
    database::Statement at_;
    database::Statement edges_;
    database::Statement in_bed_;
    database::Statement of_person_;
};

}  // namespace edgeward::vault
