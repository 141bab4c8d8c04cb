#pragma once

#include <optional>
#include <string_view>

#include <edgeward/core/time.hpp>

namespace edgeward::model {

// Whole years of age, both ends included: 60 to 69; without an end: 90 and older.
struct AgeBand {
    int from = 0;
    std::optional<int> to;
    friend bool operator==(const AgeBand&, const AgeBand&) = default;
};

// How wide bands are, in years, and the age from which all are in one open band.
struct AgeBanding {
    int width = 10;  // 0: no age at all
    int top = 90;
};

// The band of a person's age on the day of `when` in UTC. Nothing when the date of birth (YYYY-MM-DD, YYYY-MM
// or YYYY) is none, lies behind `when`, or is too coarse to tell the band. Pure.
std::optional<AgeBand> age_band(std::string_view birth_date, Instant when, const AgeBanding& banding);

}  // namespace edgeward::model
