// What the vault holds of one person: src/vault/person_rights.cpp.

#include <edgeward/vault/person_file.hpp>

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

TEST_CASE("a person's file has identity and devices of that person alone", "[person_rights]") {
    OpenVault vault;
    CHECK_FALSE(vault->file_of(identifier("1")).value());
    CHECK(vault->count_persons().value() == 0);
    CHECK_FALSE(vault->file_of(identifier("")));
    const auto pseudonym = vault->admit(canary_identity(), "user:1").value();
    const auto own = canary_identity().identifiers.front();
    REQUIRE(vault->associate({0, "m2", own, at(20), std::nullopt}, "user:1"));
    REQUIRE(vault->associate({0, "m1", own, at(10), at(15)}, "user:1"));
    REQUIRE(vault->associate({0, "m1", identifier("2"), at(15), at(30)}, "user:1"));
    const auto file = vault->file_of(own).value();
    REQUIRE(file);
    CHECK(file->subjects == std::vector{pseudonym});
    CHECK(file->identity == canary_identity());
    REQUIRE(file->devices.size() == 2);
    CHECK(file->devices[0].device == "m1");
    CHECK(file->devices[0].until == at(15));
    CHECK(file->devices[1].device == "m2");
    CHECK_FALSE(file->devices[1].until);
    REQUIRE(vault->erase(pseudonym));
    CHECK_FALSE(vault->file_of(own).value());
}

}  // namespace
}  // namespace edgeward::vault
