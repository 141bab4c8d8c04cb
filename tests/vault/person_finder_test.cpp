#include <edgeward/vault/person_finder.hpp>

#include <catch2/catch_test_macros.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

PersonFinder finder() {
    model::Identity identity;
    identity.identifiers = {identifier("4711"), identifier("A-77x"), identifier("9")};
    identity.family = "Musterfrau";
    identity.given = "Erika";
    identity.birth_date = "1964-08-12";
    identity.visit_number = "F-2026-9";
    return PersonFinder({identity});
}

bool names(std::string_view text) {
    return finder().is_named_in(text, at(0));
}

}  // namespace

TEST_CASE("an identifier as a whole word names the person", "[person_finder]") {
    CHECK(names(R"({"patient":"4711","hr":62})"));
    CHECK(names(R"({"patient":4711})"));
    CHECK(names("PID|||4711^^^KIS"));
    CHECK(names("devices/ward/4711/data"));
    CHECK(names("a-77X"));
    CHECK(names("visit F-2026-9."));
    CHECK_FALSE(names(R"({"patient":"47110"})"));
    CHECK_FALSE(names(R"({"hr":4711.5})"));
    CHECK_FALSE(names(R"({"hr":1.4711})"));
    CHECK_FALSE(names("x4711"));
    CHECK_FALSE(names(R"({"patient":"9","hr":9})"));
    CHECK_FALSE(names(""));
}

TEST_CASE("a name alone is anybody's but with the date of birth it is the person's", "[person_finder]") {
    CHECK_FALSE(names(R"({"nurse":"Musterfrau"})"));
    CHECK(names(R"({"name":"Musterfrau, Erika","born":"1964-08-12"})"));
    CHECK_FALSE(names(R"({"born":"1964-08-12"})"));
}

TEST_CASE("how many identifiers are too short to be looked for is said", "[person_finder]") {
    CHECK(finder().unsearched() == 1);
}

}  // namespace edgeward::vault
