// Time of each hot path: load_time_hot_paths --benchmark-samples 20

#include <catch2/benchmark/catch_benchmark.hpp>
#include <catch2/catch_test_macros.hpp>

#include "hot_paths.hpp"

TEST_CASE("time of the hot paths", "[!benchmark]") {
    for (const auto& path : edgeward::load::hot_paths(EDGEWARD_SOURCE_DIR "/config/mappings")) {
        BENCHMARK(std::string(path.name)) {
            return path.run();
        };
    }
}
