#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "persons.hpp"

// Any octets are looked into in bounded work; what is found is found again, has a detector that is on and a
// place of ours. A person's name in clear is found whatever stands around it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward;
    using namespace edgeward::dlp;
    static Dictionary& dictionary = *[] {
        static Dictionary made(invented::key());
        invented::fill(made, {invented::canary(), invented::common()});
        return &made;
    }();
    static const Inspector inspector(dictionary, {}, {});
    const std::string text(text_of({data, size}));
    const auto found = inspector.inspect(text, {}, invented::now());
    if (found.size() > Inspector::most_findings) std::abort();
    if (inspector.inspect(text, {}, invented::now()).size() != found.size()) std::abort();
    for (const auto& one : found) {
        if (one.place.empty() || one.place.find("gelbfried") != std::string::npos) std::abort();
    }
    if (inspector.inspect("{\"a\":\"Gelbfried\"}" + text, {}, invented::now()).empty()) std::abort();
    return 0;
}
