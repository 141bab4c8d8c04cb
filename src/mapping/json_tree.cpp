#include <edgeward/core/json_events.hpp>

#include <utility>

#include "json_tree.hpp"

namespace edgeward::mapping {
namespace {

class Planter final : public JsonEvents {
public:
    explicit Planter(TreeBuilder& builder) : builder_(builder) {}

    bool null() override { return builder_.value(NodeKind::null); }
    bool boolean(bool truth) override { return builder_.value(NodeKind::boolean, {}, truth); }
    bool number(std::string_view text) override { return builder_.value(NodeKind::number, text); }
    bool text(std::string_view text) override { return builder_.value(NodeKind::text, text); }
    bool key(std::string_view name) override { return builder_.key(name); }
    bool begin_object() override { return builder_.open(NodeKind::object); }
    bool end_object() override { return builder_.close(); }
    bool begin_array() override { return builder_.open(NodeKind::array); }
    bool end_array() override { return builder_.close(); }

private:
    TreeBuilder& builder_;
};

}  // namespace

const Node* Tree::member(const Node& node, std::string_view name) const {
    if (node.kind != NodeKind::object) return nullptr;
    const Node* child = first_child(node);
    while (child != nullptr && child->key != name)
        child = next(*child);
    return child;
}

const Node* Tree::element(const Node& node, std::size_t index) const {
    if (node.kind != NodeKind::array) return nullptr;
    const Node* child = first_child(node);
    for (; child != nullptr && index > 0; --index)
        child = next(*child);
    return child;
}

std::size_t Tree::unread() const {
    const auto is_container = [](const Node& node) {
        return node.kind == NodeKind::array || node.kind == NodeKind::object;
    };
    std::size_t unread = 0;
    for (const Node& node : nodes_) {
        if (!is_container(node) && !node.read) ++unread;
        if (node.kind != NodeKind::array || !node.read) continue;
        for (const Node* child = first_child(node); child != nullptr; child = next(*child))
            if (!is_container(*child)) child->read = true;  // it stands behind its array
    }
    return unread;
}

tl::expected<Tree, MappingFailure> Tree::parse(std::string_view json) {
    if (json.size() > max_octets) {
        return tl::unexpected(MappingFailure{"too_large", "the message is longer than 1 MiB"});
    }
    TreeBuilder builder;
    Planter planter(builder);
    // One level more, so that the builder says that there are too many.
    const auto end = read_json(json, planter, max_depth + 1);
    if (!end) return builder.take();
    builder.refuse("invalid_json", "no JSON at octet " + std::to_string(*end));
    return tl::unexpected(builder.failure());
}

bool TreeBuilder::refuse(std::string reason, std::string detail) {
    if (failure_.reason.empty()) failure_ = {std::move(reason), std::move(detail)};
    return false;
}

std::uint32_t TreeBuilder::append(NodeKind kind) {
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    Node& node = nodes_.emplace_back();
    node.kind = kind;
    node.key = std::exchange(key_, {});
    if (!open_.empty()) {
        Level& level = open_.back();
        if (level.last_child == 0) {
            nodes_[level.node].first_child = index;
        } else {
            nodes_[level.last_child].next_sibling = index;
        }
        level.last_child = index;
    }
    return index;
}

bool TreeBuilder::has_room() {
    return nodes_.size() < Tree::max_values || refuse("too_large", "more than 100000 values");
}

bool TreeBuilder::value(NodeKind kind, std::string_view text, bool truth) {
    if (!has_room()) return false;
    Node& node = nodes_[append(kind)];
    node.text = text;
    node.truth = truth;
    return true;
}

bool TreeBuilder::has_member(const Level& level, std::string_view name) const {
    std::uint32_t child = nodes_[level.node].first_child;
    while (child != 0 && nodes_[child].key != name)
        child = nodes_[child].next_sibling;
    return child != 0;
}

bool TreeBuilder::key(std::string_view name) {
    Level& level = open_.back();
    if (++level.members > Tree::max_members)
        return refuse("too_large", "an object has more than 1000 members");
    if (has_member(level, name)) return refuse("duplicate_key", "a member name comes twice in one object");
    key_ = name;
    return true;
}

bool TreeBuilder::open(NodeKind container) {
    if (open_.size() == Tree::max_depth) return refuse("too_deep", "more than 32 levels");
    if (!has_room()) return false;
    open_.push_back({append(container), 0, 0});
    return true;
}

bool TreeBuilder::close() {
    open_.pop_back();
    return true;
}

Tree TreeBuilder::take() {
    Tree tree;
    if (nodes_.empty()) nodes_.emplace_back();
    tree.nodes_ = std::move(nodes_);
    return tree;
}

}  // namespace edgeward::mapping
