#pragma once

#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::fhir {

// From `from` until before `until`.
struct Span {
    Instant from{};
    Instant until{};
};

// A FHIR dateTime as the time it stands for: "2022" is a year, "2022-01-31" a day in `zone`,
// "2022-01-31T08:00:00+01:00" a second. invalid_input: not a dateTime, or a time without seconds and zone.
Result<Span> read_date_time(std::string_view text, std::string_view zone);

}  // namespace edgeward::fhir
