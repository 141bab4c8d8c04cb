#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>
#include <edgeward/hl7/mllp_frame.hpp>

// The first octet says where to split; the split stream gives the same messages as the whole, none over the
// limit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward::hl7;
    if (size == 0) return 0;
    constexpr std::size_t limit = 64;
    const auto stream = edgeward::text_of({data + 1, size - 1});
    std::vector<std::string> whole;
    FrameDecoder first(limit);
    (void)first.feed(stream, whole);
    const std::size_t step = 1 + data[0] % 16U;
    std::vector<std::string> pieces;
    FrameDecoder second(limit);
    for (std::size_t at = 0; at < stream.size(); at += step)
        (void)second.feed(stream.substr(at, step), pieces);
    if (whole != pieces) std::abort();
    if (std::any_of(whole.begin(), whole.end(), [](const auto& one) { return one.size() > limit; }))
        std::abort();
    return 0;
}
