#include <edgeward/pseudonym/pseudonymizer.hpp>

#include <cstdlib>

// What check_text accepts is stable: its own answer is accepted unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto checked = edgeward::pseudonym::check_text(edgeward::text_of({data, size}));
    if (!checked) return 0;
    const auto again = edgeward::pseudonym::check_text(checked->text);
    if (!again || again->corrected || again->text != checked->text) std::abort();
    return 0;
}
