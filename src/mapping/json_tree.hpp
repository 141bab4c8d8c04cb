#pragma once

#include <edgeward/mapping/mapping.hpp>

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edgeward::mapping {

enum class NodeKind : std::uint8_t { null, boolean, number, text, array, object };

// One JSON value. Numbers keep the text the device wrote ("37.0"), which no binary floating point could give
// back.
struct Node {
    NodeKind kind = NodeKind::null;
    bool truth = false;
    std::uint32_t first_child = 0;   // 0: none, the root is no child
    std::uint32_t next_sibling = 0;  // 0: last
    std::string key;                 // member name, if the parent is an object
    std::string text;                // of a number or text
    mutable bool read = false;       // a rule asked for it; a mark of the one thread that reads the tree
};

// A JSON document as a tree (RFC 8259) that changes no more, but for the marks of what was read. At most 1
// MiB, 32 levels, 1000 members in one object; a member name that comes twice in an object is refused, because
// two readers would disagree on which one counts.
class Tree {
public:
    static constexpr std::size_t max_octets = std::size_t{1} << 20U;
    static constexpr std::size_t max_values = 100000;
    static constexpr std::size_t max_depth = 32;
    static constexpr std::size_t max_members = 1000;

    static tl::expected<Tree, MappingFailure> parse(std::string_view json);

    [[nodiscard]] const Node& root() const { return nodes_.front(); }
    [[nodiscard]] const Node* first_child(const Node& node) const { return at(node.first_child); }
    [[nodiscard]] const Node* next(const Node& node) const { return at(node.next_sibling); }
    // Nothing when `node` is no object, or has no such member.
    [[nodiscard]] const Node* member(const Node& node, std::string_view name) const;
    // Nothing when `node` is no array, or too short.
    [[nodiscard]] const Node* element(const Node& node, std::size_t index) const;
    // Numbers, texts, booleans and nulls that nobody asked for. The values of an array that was asked for as
    // a whole count as read.
    [[nodiscard]] std::size_t unread() const;

private:
    friend class TreeBuilder;
    [[nodiscard]] const Node* at(std::uint32_t index) const { return index == 0 ? nullptr : &nodes_[index]; }
    std::vector<Node> nodes_;
};

// Makes a tree in document order. The calls are those of a JSON reader; the first refusal stays in
// `failure()`.
class TreeBuilder {
public:
    TreeBuilder() { nodes_.reserve(32); }

    bool value(NodeKind kind, std::string_view text = {}, bool truth = false);
    bool key(std::string_view name);
    bool open(NodeKind container);
    bool close();

    [[nodiscard]] const MappingFailure& failure() const noexcept { return failure_; }
    bool refuse(std::string reason, std::string detail);
    [[nodiscard]] Tree take();

private:
    struct Level {
        std::uint32_t node = 0;
        std::uint32_t last_child = 0;
        std::size_t members = 0;
    };
    [[nodiscard]] bool has_room();
    std::uint32_t append(NodeKind kind);
    [[nodiscard]] bool has_member(const Level& level, std::string_view name) const;

    std::vector<Node> nodes_;
    std::vector<Level> open_;
    std::string key_;
    MappingFailure failure_;
};

}  // namespace edgeward::mapping
