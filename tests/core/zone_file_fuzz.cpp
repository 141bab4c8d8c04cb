#include <cstddef>
#include <cstdint>

#include "../../src/core/zone_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto zone = edgeward::ZoneFile::parse({data, size});
    if (!zone) return 0;
    for (const std::int64_t utc :
         {std::int64_t{-5000000000}, std::int64_t{0}, std::int64_t{1774746000}, std::int64_t{5000000000}}) {
        static_cast<void>(zone->offset_at(utc));
        static_cast<void>(zone->first_utc_of(utc));
    }
    return 0;
}
