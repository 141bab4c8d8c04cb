#pragma once

#include <map>
#include <set>
#include <vector>

#include "value.hpp"

namespace edgeward::policy {

// The things a request may ask about: their attributes and whom they belong to.
class Entities {
public:
    // `parents` are those named; whom those belong to counts too, whenever they are added. The same entity
    // again takes the place of the first.
    void add(EntityUid entity, Record attributes, std::vector<EntityUid> parents = {});

    // Null: not known.
    [[nodiscard]] const Record* attributes_of(const EntityUid& entity) const;
    // Is `entity` the other one, or does it belong to it, directly or by others?
    [[nodiscard]] bool belongs(const EntityUid& entity, const EntityUid& to) const;

private:
    struct Entity {
        Record attributes;
        std::vector<EntityUid> parents;
    };
    bool reaches(const EntityUid& from, const EntityUid& to, std::set<EntityUid>& seen) const;
    std::map<EntityUid, Entity> all_;
};

}  // namespace edgeward::policy
