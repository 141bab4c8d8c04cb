#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "sample_message.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

const std::string toml = sample::flat("[[rule.value]]\nparameter = \"heart_rate\"\npath = \"$.HR\"\n");
const std::string payload = R"({"t":"2026-11-23T18:48:00Z","HR":62.8,"x":[{"a":null},"\u00e9"]})";

}  // namespace

TEST_CASE("any damaged message is mapped or refused with a word but never more", "[mapping]") {
    const auto loaded = sample::load(toml);
    const Mapping& mapping = *loaded.set.find("sample");
    std::mt19937 random(11);
    std::uniform_int_distribution<int> octet(0, 255);
    std::uniform_int_distribution<std::size_t> place(0, payload.size() - 1);
    for (int round = 0; round < 5000; ++round) {
        std::string damaged = payload;
        damaged[place(random)] = static_cast<char>(octet(random));
        if (round % 2 == 0) damaged.resize(place(random));
        CAPTURE(round);
        const auto result = mapping.apply(sample::message(damaged), {"d1", true, "UTC"});
        if (result) {
            CHECK(result->reports.size() + result->refused_values.size() > 0);
        } else {
            CHECK_FALSE(result.error().reason.empty());
        }
    }
}

TEST_CASE("one mapping serves many threads", "[mapping]") {
    const auto loaded = sample::load(toml);
    const Mapping& mapping = *loaded.set.find("sample");
    const auto expected = mapping.apply(sample::message(payload), {"d1", true, "UTC"});
    std::vector<std::thread> threads;
    std::vector<int> agreed(4, 0);
    for (std::size_t t = 0; t < agreed.size(); ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) {
                const auto again = mapping.apply(sample::message(payload), {"d1", true, "UTC"});
                agreed[t] +=
                    again && again->reports[0].observations == expected->reports[0].observations ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    CHECK(agreed == std::vector<int>(4, 200));
}

TEST_CASE("an empty payload is no JSON", "[mapping]") {
    CHECK(sample::reason(toml, "") == "invalid_json");
    CHECK(sample::reason(toml, "\x01\x02\x03") == "invalid_json");
}
