// Instructions of each hot path, counted by callgrind:
//
//   valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file=FILE load_count_instructions MAPPINGS
//
// Leaves FILE.1, FILE.2 … in the order of the lines printed, each "name rounds". tests/instructions reads
// both.

#include <valgrind/callgrind.h>

#include <iostream>

#include "hot_paths.hpp"

int main(int count, char** words) {
    if (count != 2) return 2;
    std::size_t check = 0;
    for (const auto& path : edgeward::load::hot_paths(words[1])) {
        for (std::size_t i = 0; i < 10; ++i)
            check += path.run();
        CALLGRIND_ZERO_STATS;
        CALLGRIND_TOGGLE_COLLECT;
        for (std::size_t i = 0; i < path.rounds; ++i)
            check += path.run();
        CALLGRIND_TOGGLE_COLLECT;
        CALLGRIND_DUMP_STATS_AT(path.name.c_str());
        std::cout << path.name << ' ' << path.rounds << std::endl;
    }
    return check == 0 ? 1 : 0;
}
