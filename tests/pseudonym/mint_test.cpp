#include "mint.hpp"

#include <catch2/catch_test_macros.hpp>
#include <span>
#include <string>
#include <type_traits>

namespace edgeward::pseudonym {
namespace {

// Nothing but the mint makes a pseudonym: these are compile errors elsewhere.
static_assert(!std::is_default_constructible_v<model::Pseudonym>);
static_assert(!std::is_constructible_v<model::Pseudonym, std::array<std::uint8_t, 16>>);
static_assert(!std::is_constructible_v<model::Pseudonym, ByteView>);
static_assert(!std::is_constructible_v<model::Pseudonym, std::string>);
static_assert(!std::is_convertible_v<std::array<std::uint8_t, 16>, model::Pseudonym>);
static_assert(!std::is_aggregate_v<model::Pseudonym>);
static_assert(
    !std::is_assignable_v<decltype(std::declval<const model::Pseudonym&>().octets()[0]), std::uint8_t>);

TEST_CASE("the mint strikes the octets it is given", "[mint]") {
    const std::array<std::uint8_t, 16> octets{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    CHECK(PseudonymMint::strike(octets).octets() == octets);
}

}  // namespace
}  // namespace edgeward::pseudonym
