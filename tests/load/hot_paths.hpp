#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

// What the gateway does for every message, piece by piece, with inputs that never change.
namespace edgeward::load {

struct HotPath {
    std::string name;
    std::size_t rounds = 0;            // of one measurement
    std::function<std::size_t()> run;  // gives something that depends on the work
};

// `mappings`: folder of the shipped mappings.
std::vector<HotPath> hot_paths(const std::string& mappings);

}  // namespace edgeward::load
