#include <edgeward/core/random.hpp>

#include <algorithm>
#include <set>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace edgeward {
namespace {

TEST_CASE("two fillings never agree", "[random]") {
    std::set<std::vector<std::uint8_t>> seen;
    for (int i = 0; i < 1000; ++i) {
        std::vector<std::uint8_t> octets(16);
        system_random().fill(octets);
        CHECK(seen.insert(octets).second);
    }
}

TEST_CASE("every octet of a large filling is drawn", "[random]") {
    std::vector<std::uint8_t> octets((std::size_t{1} << 21U) + 17);  // more than one call's worth
    system_random().fill(octets);
    std::vector<std::size_t> counts(256);
    for (const std::uint8_t octet : octets)
        ++counts[octet];
    // 8192 expected each, standard deviation 90: ten of them on both sides
    CHECK(*std::min_element(counts.begin(), counts.end()) > 7292);
    CHECK(*std::max_element(counts.begin(), counts.end()) < 9092);
    CHECK(std::any_of(octets.end() - 17, octets.end(), [](std::uint8_t octet) { return octet != 0; }));
}

}  // namespace
}  // namespace edgeward
