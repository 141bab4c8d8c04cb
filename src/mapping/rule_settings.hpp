#pragma once

#include <edgeward/config/document.hpp>

#include <map>
#include <string>
#include <vector>

#include "compiled.hpp"
#include "reading_settings.hpp"

namespace edgeward::mapping {

using LookupTables = std::map<std::string, std::map<std::string, Reading, std::less<>>, std::less<>>;

// The key `topics`: MQTT topic filters.
std::vector<std::string> read_topics(config::Section& section);

// Every [[rule]] of a mapping, with what the mapping states for all rules filled in: timestamp, patient,
// sequence, quality and mode.
std::vector<Rule> read_rules(config::Section& root, Workshop& workshop, const LookupTables& lookups);

}  // namespace edgeward::mapping
