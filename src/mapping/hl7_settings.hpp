#pragma once

#include <edgeward/config/document.hpp>

#include "compiled.hpp"
#include "rule_settings.hpp"

namespace edgeward::mapping {

// The table [hl7] of a mapping of that format, with its codes from [lookup.codes] and, where [hl7]
// known_codes names their systems, from the built-in code table.
Hl7Rules read_hl7_rules(config::Section& root, Workshop& workshop, const LookupTables& lookups);

}  // namespace edgeward::mapping
