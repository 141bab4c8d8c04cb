#pragma once

#include <edgeward/alarm/rule.hpp>
#include <edgeward/model/observation.hpp>

#include <tl/expected.hpp>

// What rules say of single numbers.
namespace edgeward::alarm {

// `already`: it was out of bounds before, so the hysteresis holds.
bool is_out_of_bounds(const Limits& limits, double value, bool already);
// Of a trend: how far it has come up from the lowest and down from the highest value of the window.
bool has_moved_too_far(const Limits& limits, double rise, double fall, bool already);

// The number in the condition's unit, or the fixed word why it is not judged: invalid, mode, not_a_number,
// comparator, unit, implausible.
tl::expected<double, const char*> number_of(const model::Observation& observation,
                                            const Condition& condition);

}  // namespace edgeward::alarm
