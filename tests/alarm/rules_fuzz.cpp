#include <cstdlib>

#include <edgeward/alarm/engine.hpp>

// Any text either gives rules that can be used, or problems.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward;
    auto loaded = alarm::parse_rules(text_of({data, size}), "fuzz.toml");
    for (const auto& problem : loaded.problems) {
        if (problem.text.empty()) std::abort();
    }
    if (!loaded.problems.empty()) return 0;
    for (const auto& rule : loaded.set.rules) {
        if (rule.conditions.empty() || rule.needed == 0 || rule.needed > rule.conditions.size()) std::abort();
    }
    alarm::Engine engine(std::move(loaded.set), {});
    if (!engine.turn(Instant{}).empty()) std::abort();
    return 0;
}
