#include <edgeward/policy/policy_files.hpp>

#include <nlohmann/json.hpp>

#include "schema.hpp"

namespace edgeward::policy {
namespace {

using json = nlohmann::ordered_json;

json record_of(const std::vector<Attribute>& attributes) {
    json fields = json::object();
    for (const auto& attribute : attributes) {
        const char* type = attribute.kind == AttributeKind::truth    ? "Boolean"
                           : attribute.kind == AttributeKind::number ? "Long"
                                                                     : "String";
        fields[attribute.name] = {{"type", type}};
    }
    return {{"type", "Record"}, {"attributes", fields}};
}

json entity_of(const EntityType& type) {
    json made = json::object();
    if (!type.member_of.empty()) made["memberOfTypes"] = type.member_of;
    made["shape"] = record_of(type.attributes);
    return made;
}

json action_of(const ActionType& type) {
    json made = json::object();
    for (const auto& group : type.member_of)
        made["memberOf"].push_back({{"id", group}});
    if (!type.principal.empty()) {
        made["appliesTo"] = {{"principalTypes", json::array({type.principal})},
                             {"resourceTypes", json::array({type.resource})},
                             {"context", record_of(type.context)}};
    }
    return made;
}

}  // namespace

std::string schema_text() {
    json entities = json::object();
    for (const auto& type : gateway_schema().entities)
        entities[type.name] = entity_of(type);
    json actions = json::object();
    for (const auto& type : gateway_schema().actions)
        actions[type.name] = action_of(type);
    // Cedar's name of the namespace without a name.
    const json whole{{"", {{"entityTypes", entities}, {"actions", actions}}}};
    return whole.dump(2) + '\n';
}

std::vector<std::string> administrative_actions() {
    std::vector<std::string> names;
    for (const auto& action : gateway_schema().actions) {
        if (action.principal == "User") names.push_back(action.name);
    }
    return names;
}

}  // namespace edgeward::policy
