#include <nlohmann/json.hpp>

#include <utility>

#include "json_tree.hpp"

namespace edgeward::mapping {
namespace {

using Json = nlohmann::json;

// What nlohmann's reader calls. False stops it.
class Reader {
public:
    bool null() { return builder_.value(NodeKind::null); }
    bool boolean(bool truth) { return builder_.value(NodeKind::boolean, {}, truth); }
    bool number_integer(Json::number_integer_t number) { return whole(std::to_string(number)); }
    bool number_unsigned(Json::number_unsigned_t number) { return whole(std::to_string(number)); }
    bool number_float(Json::number_float_t /*binary*/, const std::string& text) {
        return builder_.value(NodeKind::number, text);
    }
    bool string(std::string& text) { return builder_.value(NodeKind::text, std::move(text)); }
    bool binary(Json::binary_t& /*unused: JSON text has none*/) { return false; }
    bool start_object(std::size_t /*unknown*/) { return builder_.open(NodeKind::object); }
    bool key(std::string& name) { return builder_.key(std::move(name)); }
    bool end_object() { return builder_.close(); }
    bool start_array(std::size_t /*unknown*/) { return builder_.open(NodeKind::array); }
    bool end_array() { return builder_.close(); }
    bool parse_error(std::size_t position, const std::string& /*token: payload*/,
                     const Json::exception& /*quotes the payload*/) {
        return builder_.refuse("invalid_json", "no JSON at octet " + std::to_string(position));
    }

    TreeBuilder& builder() noexcept { return builder_; }

private:
    bool whole(std::string text) { return builder_.value(NodeKind::number, std::move(text)); }
    TreeBuilder builder_;
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
    Reader reader;
    bool complete = false;
    try {
        complete = Json::sax_parse(json.begin(), json.end(), &reader);
    } catch (const Json::exception&) {
        reader.builder().refuse("invalid_json", "no JSON");
    }
    if (!complete) {
        reader.builder().refuse("invalid_json", "no JSON");  // keeps an earlier, better reason
        return tl::unexpected(reader.builder().failure());
    }
    return reader.builder().take();
}

bool TreeBuilder::refuse(std::string reason, std::string detail) {
    if (failure_.reason.empty()) failure_ = {std::move(reason), std::move(detail)};
    return false;
}

std::uint32_t TreeBuilder::append(NodeKind kind) {
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    Node& node = nodes_.emplace_back();
    node.kind = kind;
    node.key = std::move(key_);
    key_.clear();
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

bool TreeBuilder::value(NodeKind kind, std::string text, bool truth) {
    if (!has_room()) return false;
    Node& node = nodes_[append(kind)];
    node.text = std::move(text);
    node.truth = truth;
    return true;
}

bool TreeBuilder::has_member(const Level& level, std::string_view name) const {
    std::uint32_t child = nodes_[level.node].first_child;
    while (child != 0 && nodes_[child].key != name)
        child = nodes_[child].next_sibling;
    return child != 0;
}

bool TreeBuilder::key(std::string name) {
    Level& level = open_.back();
    if (++level.members > Tree::max_members)
        return refuse("too_large", "an object has more than 1000 members");
    if (has_member(level, name)) return refuse("duplicate_key", "a member name comes twice in one object");
    key_ = std::move(name);
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
