#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "json_as_nlohmann.hpp"

// Two readers that disagree on a text would let its sender say one thing to each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto* text = reinterpret_cast<const char*>(data);
    if (!edgeward::agree_on({text, size})) std::abort();
    return 0;
}
