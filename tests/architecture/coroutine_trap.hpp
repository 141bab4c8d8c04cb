#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace edgeward::architecture {

struct Trap {
    std::size_t line;
    std::string what;
};

// Expressions with co_await or co_return whose temporaries GCC 12 destroys twice: braced ones with members,
// lambdas, whose captures are members, and those of a conditional expression. The remedy is a named local
// variable. Judged by the text alone, comments and literals left out; sorted by line.
std::vector<Trap> coroutine_traps(std::string_view source);

}  // namespace edgeward::architecture
