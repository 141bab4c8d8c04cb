#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/model/age_band.hpp>
#include <edgeward/model/decimal.hpp>

namespace edgeward::delivery {

// What a value of one code may say: from `low` to `high` as a multiple of `step`, beyond them only that it
// is.
struct ValueBand {
    std::string code;  // LOINC, or MDC as a decimal number
    std::string ucum;  // a value in another unit is not sent
    model::Decimal low;
    model::Decimal high;
    model::Decimal step = model::Decimal::from_integer(1);
};

// A name for several wards.
struct Place {
    std::string name;
    std::vector<std::string> wards;
};

// What a person's time shift stays the same for.
enum class ShiftPer : std::uint8_t {
    report,   // every report has its own: two of one person cannot be joined by it
    subject,  // all reports of a person: intervals between them stay too
};

// [destination.anonymised]: how far a report is generalised (docs/anonymisation.md).
struct AnonymisedSettings {
    std::chrono::milliseconds time_grain{std::chrono::hours(1)};
    std::chrono::milliseconds shift_window{std::chrono::hours(24 * 365)};  // at most so far, either way
    ShiftPer shift_per = ShiftPer::report;
    model::AgeBanding ages;
    std::vector<Place> places;     // a ward in none of them has no place
    std::vector<ValueBand> bands;  // beside and before the built-in ones
};

// The built-in bands, by LOINC and by MDC code (docs/anonymisation.md has the table).
const std::vector<ValueBand>& built_in_bands();

AnonymisedSettings read_anonymised_settings(config::Section section);

}  // namespace edgeward::delivery
