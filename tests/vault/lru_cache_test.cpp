#include "lru_cache.hpp"

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace edgeward::vault {
namespace {

struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using Cache = LruCache<std::string, int, Hash, std::equal_to<>>;

TEST_CASE("a kept value is found by a view of its key", "[lru_cache]") {
    Cache cache(2);
    cache.keep("a", 1);
    REQUIRE(cache.find(std::string_view("a")) != nullptr);
    CHECK(*cache.find(std::string_view("a")) == 1);
    CHECK(cache.find(std::string_view("b")) == nullptr);
}

TEST_CASE("the value not asked for the longest goes first", "[lru_cache]") {
    Cache cache(2);
    cache.keep("a", 1);
    cache.keep("b", 2);
    CHECK(cache.find(std::string_view("a")) != nullptr);
    cache.keep("c", 3);
    CHECK(cache.find(std::string_view("b")) == nullptr);
    CHECK(cache.find(std::string_view("a")) != nullptr);
    CHECK(cache.find(std::string_view("c")) != nullptr);
    CHECK(cache.size() == 2);
}

TEST_CASE("keeping a key again replaces its value", "[lru_cache]") {
    Cache cache(2);
    cache.keep("a", 1);
    cache.keep("a", 7);
    CHECK(*cache.find(std::string_view("a")) == 7);
    CHECK(cache.size() == 1);
}

// Against the plainest model: a list of keys, the latest first.
TEST_CASE("a long random use agrees with a simple model", "[lru_cache]") {
    std::mt19937 random(5);
    Cache cache(8);
    std::vector<std::string> order;
    std::map<std::string, int> values;
    const auto touch = [&](const std::string& key) {
        std::erase(order, key);
        order.insert(order.begin(), key);
    };
    for (int step = 0; step < 20000; ++step) {
        const std::string key = std::to_string(random() % 20);
        const bool known = values.contains(key);
        switch (random() % 3) {
            case 0:
                cache.keep(key, step);
                values[key] = step;
                touch(key);
                if (order.size() > 8) {
                    values.erase(order.back());
                    order.pop_back();
                }
                break;
            case 1: {
                const int* found = cache.find(std::string_view(key));
                REQUIRE((found != nullptr) == known);
                if (!known) break;
                REQUIRE(*found == values[key]);
                touch(key);
                break;
            }
            default:
                cache.forget(std::string_view(key));
                values.erase(key);
                std::erase(order, key);
        }
        REQUIRE(cache.size() == values.size());
    }
}

}  // namespace
}  // namespace edgeward::vault
