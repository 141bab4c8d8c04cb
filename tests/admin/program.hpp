#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "support/program.hpp"

namespace edgeward::admin_tests {

using support::eventually;
using support::Program;

struct Outcome {
    int code = 0;
    std::string output;  // and what it said on stderr
};

// A third-party program to its end; its output goes to that file.
inline Outcome run(std::vector<std::string> command, const std::filesystem::path& output) {
    Program program(std::move(command), output);
    const int code = program.wait();
    return {code, program.output() + support::text_of_file(output.string() + ".err")};
}

}  // namespace edgeward::admin_tests
