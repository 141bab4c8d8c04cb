#include "backup_name.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::backup {

TEST_CASE("a backup is named by its second and its id", "[backup_name]") {
    const Instant made{std::chrono::milliseconds(1'795'459'726'123)};  // date -u -d @1795459726
    const auto name = backup_name(made, "0011aabbccddeeff0011aabbccddeeff");
    CHECK(name == "20261123T184846Z-0011aabb");
    CHECK(container_file("/b", name, Kind::data) == "/b/20261123T184846Z-0011aabb.data.edgeward-backup");
    CHECK(container_file("/b", name, Kind::persons) ==
          "/b/20261123T184846Z-0011aabb.persons.edgeward-backup");
}

TEST_CASE("containers are told by their ending", "[backup_name]") {
    CHECK(kind_of_file("x.data.edgeward-backup") == Kind::data);
    CHECK(kind_of_file("/b/x.persons.edgeward-backup") == Kind::persons);
    CHECK_FALSE(kind_of_file("x.data.edgeward-backup.Ab12cd"));
    CHECK_FALSE(kind_of_file("last-proof"));
}

}  // namespace edgeward::backup
