#include <cstdlib>

#include <edgeward/core/bytes.hpp>
#include <edgeward/mapping/mapping.hpp>

// A draft that maps something is a mapping.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto draft = edgeward::mapping::suggest(edgeward::text_of({data, size}), "draft");
    if (!draft || draft->guessed == 0) return 0;
    if (!edgeward::mapping::parse_mapping(draft->toml, "draft.toml").problems.empty()) std::abort();
    return 0;
}
