#include "entities.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward::policy;

TEST_CASE("an entity belongs to itself, its parents and theirs", "[entities]") {
    const EntityUid ada{"User", "ada"};
    const EntityUid it{"Role", "it"};
    const EntityUid staff{"Role", "staff"};
    const EntityUid nobody{"User", "nobody"};
    Entities entities;
    entities.add(ada, {}, {it});
    entities.add(it, {}, {staff});
    CHECK(entities.belongs(ada, ada));
    CHECK(entities.belongs(ada, it));
    CHECK(entities.belongs(ada, staff));
    CHECK_FALSE(entities.belongs(staff, ada));
    CHECK(entities.belongs(nobody, nobody));  // even what is not known
    CHECK_FALSE(entities.belongs(nobody, it));
    CHECK(entities.attributes_of(nobody) == nullptr);
}

TEST_CASE("a circle of parents ends", "[entities]") {
    Entities entities;
    entities.add({"Role", "a"}, {}, {{"Role", "b"}});
    entities.add({"Role", "b"}, {}, {{"Role", "a"}});
    CHECK_FALSE(entities.belongs({"Role", "a"}, {"Role", "c"}));
}
