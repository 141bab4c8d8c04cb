#pragma once

#include <optional>

#include <edgeward/alarm/rule.hpp>
#include <edgeward/config/document.hpp>

namespace edgeward::alarm {

// Reads one [[rule]]; mistakes become problems of the document. Nothing: it cannot be used.
std::optional<Rule> read_rule(config::Section section);

}  // namespace edgeward::alarm
