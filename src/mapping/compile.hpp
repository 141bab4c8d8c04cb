#pragma once

#include <edgeward/config/document.hpp>

#include <memory>
#include <vector>

#include "compiled.hpp"

namespace edgeward::mapping {

struct Compilation {
    std::unique_ptr<const CompiledMapping> mapping;  // nothing when the file has problems
    std::vector<config::Problem> problems;           // in file order
    std::vector<config::Problem> warnings;
};

// Reads a whole mapping file and finds every mistake in it.
Compilation compile(config::Document& document);

}  // namespace edgeward::mapping
