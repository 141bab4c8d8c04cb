#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json_tree.hpp"

namespace edgeward::mapping {

// Where something is in a message: a small subset of JSONPath (RFC 9535).
//
//   path   = start *step
//   start  = "$"            the whole message
//          / "@"            the element being read (of the innermost `each`; without `each` the whole
//          message) / 1*"^"          one `each` further out per sign
//   step   = "." name       letters, digits, "_" and "-"
//          / "['" text "']" any member name; no quote inside
//          / "[" digits "]" array element, from 0
//          / "[*]"          every array element; only in `each`
struct Path {
    enum class Start : std::uint8_t { root, current };
    enum class StepKind : std::uint8_t { member, element, all };
    struct Step {
        StepKind kind = StepKind::member;
        std::string name;
        std::size_t index = 0;
    };

    Start start = Start::root;
    std::size_t up = 0;  // levels out of the innermost element
    std::vector<Step> steps;
    std::string text;  // as written

    // The error says what was expected at which character.
    static tl::expected<Path, std::string> parse(std::string_view text);
    [[nodiscard]] bool repeats() const;  // has a [*]
};

// The elements being read, outermost first; never empty, the first is the whole message.
using Scope = std::span<const Node* const>;

// The node of a path without [*], marked as read, or nothing. A path that climbs further than the scope finds
// nothing.
const Node* find(const Tree& tree, Scope scope, const Path& path);
// All nodes of a path, in document order.
void find_all(const Tree& tree, Scope scope, const Path& path, std::vector<const Node*>& found);

}  // namespace edgeward::mapping
