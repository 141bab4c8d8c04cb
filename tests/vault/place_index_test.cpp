#include "place_index.hpp"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>
#include <set>

namespace edgeward::vault {
namespace {

constexpr auto any = [](PlaceIndex::Place) { return true; };

auto is(PlaceIndex::Place wanted) {
    return [wanted](PlaceIndex::Place place) { return place == wanted; };
}

TEST_CASE("an index without places finds and removes nothing", "[place_index]") {
    PlaceIndex index;
    CHECK_FALSE(index.find(7, any));
    index.remove(7, 1);
    CHECK(index.size() == 0);
}

TEST_CASE("a place is found under its bits, and no longer when it is removed", "[place_index]") {
    PlaceIndex index;
    index.put(7, 1);
    CHECK(index.find(7, any) == 1);
    CHECK_FALSE(index.find(8, any));
    CHECK_FALSE(index.find(7, is(2)));
    index.remove(7, 2);
    CHECK(index.find(7, any) == 1);
    index.remove(7, 1);
    CHECK_FALSE(index.find(7, any));
    CHECK(index.size() == 0);
}

TEST_CASE("who asks tells places with the same bits apart", "[place_index]") {
    PlaceIndex index;
    for (PlaceIndex::Place place = 0; place < 10; ++place)
        index.put(7, place);
    for (PlaceIndex::Place place = 0; place < 10; ++place)
        CHECK(index.find(7, is(place)) == place);
    index.remove(7, 0);
    CHECK_FALSE(index.find(7, is(0)));
    for (PlaceIndex::Place place = 1; place < 10; ++place)
        CHECK(index.find(7, is(place)) == place);
}

TEST_CASE("what stands behind a removed place is found still, over the end of the slots too",
          "[place_index]") {
    // 64 slots at first; all of these want one of the last two.
    PlaceIndex index;
    index.put(62, 1);
    index.put(63, 2);
    index.put(62 + 64, 3);
    index.put(63 + 128, 4);
    index.put(0, 5);
    index.remove(63, 2);
    CHECK(index.find(62, any) == 1);
    CHECK(index.find(62 + 64, any) == 3);
    CHECK(index.find(63 + 128, any) == 4);
    CHECK(index.find(0, any) == 5);
    index.remove(62, 1);
    CHECK(index.find(62 + 64, any) == 3);
    CHECK(index.find(63 + 128, any) == 4);
    CHECK(index.find(0, any) == 5);
}

TEST_CASE("any order of putting and removing leaves what a map has", "[place_index]") {
    std::mt19937 random(4711);  // NOLINT(cert-msc51-cpp): the same each time
    // Few different bits, so that chains of them meet.
    std::uniform_int_distribution<std::uint32_t> some_bits(0, 300);
    PlaceIndex index;
    std::map<PlaceIndex::Place, std::uint32_t> model;
    PlaceIndex::Place next = 0;
    for (int turn = 0; turn < 20000; ++turn) {
        if (model.empty() || random() % 100 < 52) {
            const auto bits = some_bits(random);
            index.put(bits, next);
            model.emplace(next++, bits);
        } else {
            auto victim = model.lower_bound(static_cast<PlaceIndex::Place>(random() % next));
            if (victim == model.end()) victim = model.begin();
            index.remove(victim->second, victim->first);
            model.erase(victim);
        }
        if (turn % 500 != 0) continue;
        REQUIRE(index.size() == model.size());
        for (const auto& [place, bits] : model)
            REQUIRE(index.find(bits, is(place)) == place);
        for (std::uint32_t bits = 0; bits <= 300; ++bits) {
            std::set<PlaceIndex::Place> seen;
            static_cast<void>(index.find(bits, [&](PlaceIndex::Place place) {
                seen.insert(place);
                return false;
            }));
            for (const auto place : seen)
                REQUIRE(model.at(place) == bits);
        }
    }
    index.clear();
    CHECK(index.size() == 0);
    CHECK_FALSE(index.find(model.begin()->second, any));
}

}  // namespace
}  // namespace edgeward::vault
