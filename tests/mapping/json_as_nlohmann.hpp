#pragma once

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <string>

#include "json_tree.hpp"

namespace edgeward::mapping {

// Whether a tree holds what another reader, nlohmann's, found in the same text.
inline bool is_same(const Tree& tree, const Node& node, const nlohmann::json& other) {
    switch (node.kind) {
        case NodeKind::null:
            return other.is_null();
        case NodeKind::boolean:
            return other.is_boolean() && other.get<bool>() == node.truth;
        case NodeKind::number:
            return other.is_number() && other.get<double>() == std::strtod(node.text.c_str(), nullptr);
        case NodeKind::text:
            return other.is_string() && other.get_ref<const std::string&>() == node.text;
        case NodeKind::array:
        case NodeKind::object:
            break;
    }
    const bool is_object = node.kind == NodeKind::object;
    std::size_t count = 0;
    for (const Node* child = tree.first_child(node); child != nullptr; child = tree.next(*child), ++count) {
        if (is_object) {
            if (!other.is_object() || !other.contains(child->key)) return false;
            if (!is_same(tree, *child, other[child->key])) return false;
        } else if (!other.is_array() || count >= other.size() || !is_same(tree, *child, other[count])) {
            return false;
        }
    }
    return (is_object ? other.is_object() : other.is_array()) && other.size() == count;
}

// Whether both readers agree on a text: that it is none, or on what it says. A text that the tree refuses for
// its size or for a name that comes twice is no matter of syntax.
inline bool agree_on(std::string_view text) {
    const auto tree = Tree::parse(text);
    if (!tree && tree.error().reason != "invalid_json") return true;
    const auto other = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
    if (!tree) return other.is_discarded();
    return !other.is_discarded() && is_same(*tree, tree->root(), other);
}

}  // namespace edgeward::mapping
