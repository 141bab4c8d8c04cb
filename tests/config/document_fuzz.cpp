#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>

#include "reading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto document = edgeward::config::Document::parse(edgeward::text_of({data, size}), "fuzz.toml");
    edgeward::config::read_sample_settings(document);
    for (const std::string& line : edgeward::config::lines_of(document)) {
        for (const char c : line) {
            if (c >= 0 && c < ' ') std::abort();  // a problem is one line of a terminal
        }
    }
    return 0;
}
