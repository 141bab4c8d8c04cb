#include "person_memory.hpp"

#include <catch2/catch_test_macros.hpp>

#include "remembered.hpp"

namespace edgeward::vault {
namespace {

TEST_CASE("a remembered person is found by lookup and by pseudonym", "[person_memory]") {
    PersonMemory memory(10);
    memory.keep(lookup_of(1), person_of(1, policy::Restriction::secondary));
    for (const auto& found : {memory.find(lookup_of(1)), memory.find(pseudonym_of(1))}) {
        REQUIRE(found);
        CHECK(found->pseudonym == pseudonym_of(1));
        CHECK(found->restriction == policy::Restriction::secondary);
        CHECK(seals_like(*found, 1));
    }
    CHECK_FALSE(memory.find(lookup_of(2)));
    CHECK_FALSE(memory.find(pseudonym_of(2)));
}

TEST_CASE("lookups that differ in the last octet that is kept are two persons'", "[person_memory]") {
    PersonMemory memory(10);
    auto other = lookup_of(1);
    other[15] ^= 1;
    memory.keep(lookup_of(1), person_of(1));
    CHECK_FALSE(memory.find(other));
    memory.keep(other, person_of(2));
    CHECK(memory.find(lookup_of(1))->pseudonym == pseudonym_of(1));
    CHECK(memory.find(other)->pseudonym == pseudonym_of(2));
}

TEST_CASE("who is known by pseudonym gets a name later, in the same place", "[person_memory]") {
    PersonMemory memory(10);
    memory.keep(person_of(1));
    CHECK(memory.find(pseudonym_of(1)));
    CHECK_FALSE(memory.find(lookup_of(1)));
    memory.keep(lookup_of(1), person_of(1));
    CHECK(memory.size() == 1);
    CHECK(memory.find(lookup_of(1))->pseudonym == pseudonym_of(1));
    memory.keep(person_of(1));
    CHECK(memory.size() == 1);
    CHECK(memory.find(lookup_of(1)));
}

TEST_CASE("a person is found by each of several identifiers", "[person_memory]") {
    PersonMemory memory(10);
    memory.keep(lookup_of(1), person_of(1));
    memory.keep(lookup_of(2), person_of(1));
    CHECK(memory.find(lookup_of(1))->pseudonym == pseudonym_of(1));
    CHECK(memory.find(lookup_of(2))->pseudonym == pseudonym_of(1));
    CHECK(memory.find(pseudonym_of(1)));
}

TEST_CASE("what is kept again replaces what was known", "[person_memory]") {
    PersonMemory memory(10);
    memory.keep(lookup_of(1), person_of(1));
    memory.keep(lookup_of(1), person_of(1, policy::Restriction::all));
    CHECK(memory.find(lookup_of(1))->restriction == policy::Restriction::all);
    memory.keep(lookup_of(1), person_of(2));
    CHECK(memory.find(lookup_of(1))->pseudonym == pseudonym_of(2));
    CHECK_FALSE(memory.find(pseudonym_of(1)));
    CHECK(memory.size() == 1);
}

TEST_CASE("who was not asked for goes first when there is no place left", "[person_memory]") {
    PersonMemory memory(3);
    for (std::uint32_t number = 1; number <= 3; ++number)
        memory.keep(lookup_of(number), person_of(number));
    memory.keep(lookup_of(4), person_of(4));  // ends the first round: all were asked for
    CHECK_FALSE(memory.find(pseudonym_of(1)));
    CHECK(memory.find(lookup_of(2)));
    memory.keep(lookup_of(5), person_of(5));
    CHECK(memory.find(lookup_of(2)));
    CHECK_FALSE(memory.find(lookup_of(3)));
    CHECK_FALSE(memory.find(pseudonym_of(3)));
    CHECK(memory.find(lookup_of(4)));
    CHECK(memory.size() == 3);
}

TEST_CASE("the one place of a memory is the latest person's", "[person_memory]") {
    PersonMemory memory(1);
    for (std::uint32_t number = 1; number <= 50; ++number) {
        memory.keep(lookup_of(number), person_of(number));
        CHECK(memory.find(lookup_of(number))->pseudonym == pseudonym_of(number));
        CHECK_FALSE(memory.find(lookup_of(number - 1)));
    }
}

TEST_CASE("many persons stay apart while others come and go", "[person_memory]") {
    constexpr std::uint32_t most = 5000;
    PersonMemory memory(most);
    for (std::uint32_t number = 0; number < 4 * most; ++number)
        memory.keep(lookup_of(number), person_of(number));
    CHECK(memory.size() == most);
    std::uint32_t known = 0;
    for (std::uint32_t number = 0; number < 4 * most; ++number) {
        const auto named = memory.find(lookup_of(number));
        const auto known_by_pseudonym = memory.find(pseudonym_of(number));
        REQUIRE(named.has_value() == known_by_pseudonym.has_value());
        if (!named) continue;
        ++known;
        REQUIRE(named->pseudonym == pseudonym_of(number));
        if (number % 97 == 0) REQUIRE(seals_like(*named, number));
    }
    CHECK(known == most);
}

TEST_CASE("a cleared memory knows nobody and learns anew", "[person_memory]") {
    PersonMemory memory(10);
    memory.keep(lookup_of(1), person_of(1));
    memory.clear();
    CHECK(memory.size() == 0);
    CHECK_FALSE(memory.find(lookup_of(1)));
    CHECK_FALSE(memory.find(pseudonym_of(1)));
    memory.keep(person_of(1));
    CHECK(memory.find(pseudonym_of(1)));
}

}  // namespace
}  // namespace edgeward::vault
