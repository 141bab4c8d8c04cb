#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edgeward::policy {

// What policies can speak of: the entity types, attributes and actions of this gateway. The same stands in
// config/policies/edgeward.cedarschema.json in Cedar's form, for other tools; a test holds the two equal.

enum class AttributeKind : std::uint8_t { truth, number, text };

struct Attribute {
    std::string name;
    AttributeKind kind = AttributeKind::text;
    std::vector<std::string>
        choices{};  // the only texts it can have; empty: any. Cedar's form has no room for it
};

struct EntityType {
    std::string name;
    std::vector<std::string> member_of{};  // types
    std::vector<Attribute> attributes{};
};

struct ActionType {
    std::string name;
    std::vector<std::string> member_of{};  // the group, or groups, of actions
    std::string principal{};               // entity types; empty: a group that nobody asks for
    std::string resource{};
    std::vector<Attribute> context{};
};

struct Schema {
    std::vector<EntityType> entities;
    std::vector<ActionType> actions;

    [[nodiscard]] const EntityType* entity(std::string_view name) const;
    [[nodiscard]] const ActionType* action(std::string_view name) const;
    // Is `action` the other one, or in that group, directly or by others?
    [[nodiscard]] bool action_belongs(std::string_view action, std::string_view to) const;
    // Can an entity of `type` belong to one of type `to`?
    [[nodiscard]] bool type_belongs(std::string_view type, std::string_view to) const;
};

const Schema& gateway_schema();

}  // namespace edgeward::policy
