#include <cstdlib>

#include <edgeward/intake/frame.hpp>

// Foreign octets: a frame that is read writes back to the octets it came from, and never reaches beyond them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward;
    ByteView rest(data, size);
    for (;;) {
        const auto found = intake::read(rest);
        if (!found || !*found) return 0;
        if ((**found).size > rest.size()) std::abort();
        Bytes again;
        if (!intake::write((**found).frame, again)) std::abort();
        const ByteView taken = rest.first((**found).size);
        if (again != Bytes(taken.begin(), taken.end())) std::abort();
        rest = rest.subspan((**found).size);
    }
}
