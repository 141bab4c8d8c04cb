#pragma once

#include <edgeward/core/time.hpp>

#include <optional>
#include <string_view>

#include "compiled.hpp"
#include "json_tree.hpp"

namespace edgeward::mapping {

struct MeasuredTime {
    ZonedTime time;
    bool received = false;  // depends on when the message came: no part of an observation's name
};

// When something was measured. `node`: what the rule's path found, nothing for receipt. `zone`: the device's.
// Nothing when the text is no time of the stated format or lies before 2000-01-01, where clocks that were
// never set stand.
std::optional<MeasuredTime> read_time(const TimeRule& rule, const Node* node, Instant received,
                                      std::string_view zone);

}  // namespace edgeward::mapping
