#include "schema.hpp"

#include <algorithm>

namespace edgeward::policy {
namespace {

template <typename List>
const typename List::value_type* find(const List& list, std::string_view name) {
    const auto found =
        std::find_if(list.begin(), list.end(), [name](const auto& each) { return each.name == name; });
    return found == list.end() ? nullptr : &*found;
}

std::vector<EntityType> entity_types() {
    return {
        {"Destination",
         {},
         {{"purpose", AttributeKind::text, {"treatment", "research", "quality", "maintenance"}},
          {"level", AttributeKind::text, {"identified", "pseudonymous", "anonymised", "technical"}},
          {"legal_basis", AttributeKind::text, {"art9-2h", "art9-2j", "consent", "none"}}}},
        {"Report",
         {},
         {{"about_person", AttributeKind::truth},
          {"production", AttributeKind::truth},
          {"ward", AttributeKind::text},
          {"device", AttributeKind::text},
          {"restriction", AttributeKind::text, {"none", "secondary", "all"}}}},
        {"User", {"Role"}, {{"uid", AttributeKind::number}, {"ward", AttributeKind::text}}},
        {"Role"},
        {"Gateway"},
    };
}

// In which circumstances a user asks.
std::vector<Attribute> circumstances() {
    return {{"break_glass", AttributeKind::truth}, {"network", AttributeKind::text, {"local", "https"}},
            {"ward", AttributeKind::text},         {"mfa_age", AttributeKind::number},
            {"weekday", AttributeKind::number},    {"hour", AttributeKind::number}};
}

ActionType administrative(std::string name, std::vector<std::string> groups) {
    return {std::move(name), std::move(groups), "User", "Gateway", circumstances()};
}

std::vector<ActionType> action_types() {
    std::vector<ActionType> all{
        {"disclose",
         {},
         "Destination",
         "Report",
         {{"consent", AttributeKind::text, {"unknown", "denied", "given"}}}},
        administrative("administer", {}),
    };
    for (const char* group : {"observe", "operate", "audit", "handle-persons"})
        all.push_back({group, {"administer"}, {}, {}, {}});
    for (const char* name : {"read-status", "read-books", "read-configuration", "read-devices",
                             "read-destinations", "read-backups"})
        all.push_back(administrative(name, {"observe"}));
    for (const char* name : {"steer-destination", "replay-reports", "retry-dead-letters", "replay-quarantine",
                             "create-backup", "verify-backup", "reload-configuration", "approve-device",
                             "reject-device", "revoke-device", "make-device-token"})
        all.push_back(administrative(name, {"operate"}));
    for (const char* name : {"read-audit-key", "export-audit"})
        all.push_back(administrative(name, {"audit"}));
    for (const char* name :
         {"list-dead-letters",  "show-dead-letter",   "list-quarantine",  "show-quarantine",
          "assign-measurement", "admit-person",       "associate-device", "list-associations",
          "place-device",       "list-placements",    "list-stays",       "record-consent",
          "preview-erasure",    "request-erasure",    "reject-erasure",   "list-erasures",
          "set-legal-hold",     "release-legal-hold", "list-legal-holds", "show-consent",
          "list-recipients",    "access-person",      "rectify-person",   "restrict-person",
          "list-restrictions",  "list-alarms",        "acknowledge-alarm"})
        all.push_back(administrative(name, {"handle-persons"}));
    for (const char* name : {"list-accounts", "manage-accounts"})
        all.push_back(administrative(name, {"administer"}));
    all.push_back(administrative("approve-erasure", {"handle-persons"}));
    all.back().context.push_back({"requester", AttributeKind::number});
    // What one has asked for oneself: in no group, so that no policy permits it without naming it.
    all.push_back(administrative("approve-own-erasure", {}));
    // In no group: whoever may do everything else may not do this.
    all.push_back(administrative("resolve-pseudonym", {}));
    return all;
}

}  // namespace

const EntityType* Schema::entity(std::string_view name) const {
    return find(entities, name);
}

const ActionType* Schema::action(std::string_view name) const {
    return find(actions, name);
}

bool Schema::action_belongs(std::string_view name, std::string_view to) const {
    if (name == to) return true;
    const ActionType* known = action(name);
    return known != nullptr && std::any_of(known->member_of.begin(), known->member_of.end(),
                                           [&](const auto& group) { return action_belongs(group, to); });
}

bool Schema::type_belongs(std::string_view type, std::string_view to) const {
    if (type == to) return true;
    const EntityType* known = entity(type);
    return known != nullptr && std::any_of(known->member_of.begin(), known->member_of.end(),
                                           [&](const auto& parent) { return type_belongs(parent, to); });
}

const Schema& gateway_schema() {
    static const Schema schema{entity_types(), action_types()};
    return schema;
}

}  // namespace edgeward::policy
