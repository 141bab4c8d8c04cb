#include "entities.hpp"

#include <algorithm>

namespace edgeward::policy {

void Entities::add(EntityUid entity, Record attributes, std::vector<EntityUid> parents) {
    all_.insert_or_assign(std::move(entity), Entity{std::move(attributes), std::move(parents)});
}

const Record* Entities::attributes_of(const EntityUid& entity) const {
    const auto found = all_.find(entity);
    return found == all_.end() ? nullptr : &found->second.attributes;
}

bool Entities::belongs(const EntityUid& entity, const EntityUid& to) const {
    if (entity == to) return true;
    const auto found = all_.find(entity);
    if (found == all_.end()) return false;
    const auto& parents = found->second.parents;
    if (std::find(parents.begin(), parents.end(), to) != parents.end()) return true;  // mostly
    std::set<EntityUid> seen{entity};
    return reaches(entity, to, seen);
}

// Each entity is looked at once, so a circle ends.
bool Entities::reaches(const EntityUid& from, const EntityUid& to, std::set<EntityUid>& seen) const {
    std::vector<const EntityUid*> open{&from};
    while (!open.empty()) {
        const auto found = all_.find(*open.back());
        open.pop_back();
        if (found == all_.end()) continue;
        for (const auto& parent : found->second.parents) {
            if (parent == to) return true;
            if (seen.insert(parent).second) open.push_back(&parent);
        }
    }
    return false;
}

}  // namespace edgeward::policy
