#pragma once

#include <string_view>

#include "json_tree.hpp"

namespace edgeward::mapping {

// Reads a JSON text (RFC 8259, with or without a byte order mark) into a builder. False when it is none, is
// not UTF-8, has a number beyond binary64, or the builder refuses; the builder knows why, the text is never
// quoted. What the builder has then is part of the text.
bool read_json(std::string_view json, TreeBuilder& into);

}  // namespace edgeward::mapping
