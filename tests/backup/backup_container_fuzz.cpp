#include <cstdlib>

#include "container_header.hpp"
#include "manifest.hpp"
#include "object_list.hpp"
#include "payload_parser.hpp"

// The first octet chooses what the rest is: a header, a payload, a manifest or a list of objects.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward::backup;
    if (size == 0) return 0;
    const edgeward::ByteView octets(data + 1, size - 1);
    if (data[0] % 4 == 0) {
        const auto parsed = parse_header(edgeward::text_of(octets));
        // A header has one form only.
        if (parsed && write_header(parsed->header) != edgeward::text_of(octets.first(parsed->size)))
            std::abort();
    } else if (data[0] % 4 == 1) {
        std::uint64_t taken = 0;
        PayloadParser parser([&](const std::string& name, std::uint64_t) -> edgeward::Result<PartSink> {
            if (!is_part_name(name)) std::abort();
            return PartSink([&taken](edgeward::ByteView content) {
                taken += content.size();
                return edgeward::Result<void>();
            });
        });
        const std::size_t half = octets.size() / 2;
        if (parser.feed(octets.first(half)) && parser.feed(octets.subspan(half)))
            static_cast<void>(parser.finish());
        if (taken > octets.size()) std::abort();
    } else if (data[0] % 4 == 3) {
        const auto list = parse_object_list(edgeward::text_of(octets));
        // A list has one form only.
        if (list && write_object_list(*list) != edgeward::text_of(octets)) std::abort();
    } else {
        const auto manifest = parse_manifest(edgeward::text_of(octets));
        if (manifest && !parse_manifest(write_manifest(*manifest))) std::abort();
    }
    return 0;
}
