#pragma once

#include <array>
#include <string_view>

namespace edgeward::app {

// Why somebody may want to know whose a pseudonym is, for the audit log; words, so that they name nobody.
inline constexpr std::array<std::string_view, 7> resolution_reasons = {
    "incidental_finding",  // the person has to be told something of medical weight
    "data_subject",        // the person asks for access, rectification or erasure there
    "withdrawal",          // the receiver has to delete what it got
    "data_quality",        // a value has to be looked up at its source
    "safety",              // an adverse event
    "authority",           // a court or an authority demands it
    "other",
};

}  // namespace edgeward::app
