#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>
#include "message.hpp"

// Any octets parse or are refused; every accessor stays inside; escaping is undone by unescaping.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward::hl7;
    const auto text = edgeward::text_of({data, size});
    if (unescape(escape(text)) != text) std::abort();
    const auto message = Message::parse(text);
    if (!message) return 0;
    for (const Segment& segment : message->segments()) {
        for (std::size_t field = 0; field <= segment.field_count() + 1; ++field) {
            const auto count = segment.repetitions(field).size();
            (void)segment.component(field, 1 + size % 3, count);
            (void)segment.subcomponent(field, 1, 1 + size % 3, count == 0 ? 0 : count - 1);
        }
    }
    return 0;
}
