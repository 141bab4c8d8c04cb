#include <cstdlib>

#include <edgeward/core/bytes.hpp>

#include "csv.hpp"

// Every line that is read has a member for each column.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward::mapping;
    static const CsvForm forms[] = {{}, {';', {}, true, "#"}, {'\t', {"a", "b"}, false, {}}};
    for (const auto& form : forms) {
        const auto tree = read_csv(edgeward::text_of({data, size}), form);
        if (!tree && tree.error().reason.empty()) std::abort();
        if (!tree) continue;
        std::size_t columns = 0;
        for (const Node* row = tree->first_child(tree->root()); row != nullptr; row = tree->next(*row)) {
            std::size_t cells = 0;
            for (const Node* cell = tree->first_child(*row); cell != nullptr; cell = tree->next(*cell))
                ++cells;
            if (columns != 0 && cells != columns) std::abort();
            columns = cells;
        }
    }
    return 0;
}
