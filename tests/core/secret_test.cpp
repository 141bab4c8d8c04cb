#include <edgeward/core/secret.hpp>

#include <algorithm>
#include <array>
#include <ostream>
#include <type_traits>
#include <utility>

#include <catch2/catch_test_macros.hpp>

namespace edgeward {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};
template <typename T>
concept Comparable = requires(const T& left, const T& right) {
    left == right;
};

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);
static_assert(!Printable<Secret> && !Comparable<Secret>);
static_assert(!std::is_convertible_v<Bytes, Secret> && !std::is_convertible_v<Secret, Bytes>);

TEST_CASE("a moved secret is empty and its octets have one owner", "[secret]") {
    Secret first(Bytes{1, 2, 3});
    const auto* place = first.reveal().data();
    Secret second(std::move(first));
    CHECK(second.reveal().data() == place);
    CHECK(second.size() == 3);
    CHECK(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
    Secret third(Bytes{9, 9, 9, 9});
    third = std::move(second);
    CHECK(text_of(third.reveal()) == "\x01\x02\x03");
    CHECK(second.empty());  // NOLINT(bugprone-use-after-move)
}

TEST_CASE("taking over octets leaves no copy with the giver", "[secret]") {
    Bytes octets = {1, 2, 3};
    const Secret secret(std::move(octets));
    CHECK(octets.empty());  // NOLINT(bugprone-use-after-move)
    CHECK(secret.size() == 3);
}

TEST_CASE("assigning a secret to itself keeps it", "[secret]") {
    Secret secret(Bytes{1, 2, 3});
    Secret& same = secret;
    secret = std::move(same);
    CHECK(text_of(secret.reveal()) == "\x01\x02\x03");
}

TEST_CASE("a clone is a second owner of the same octets", "[secret]") {
    const Secret secret(Bytes{1, 2, 3});
    const Secret copy = secret.clone();
    CHECK(text_of(copy.reveal()) == text_of(secret.reveal()));
    CHECK(copy.reveal().data() != secret.reveal().data());
}

TEST_CASE("wiping overwrites every octet", "[secret]") {
    std::array<std::uint8_t, 64> octets{};
    octets.fill(0xAA);
    wipe(octets.data(), octets.size());
    CHECK(std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; }));
    wipe(nullptr, 0);
}

}  // namespace
}  // namespace edgeward
