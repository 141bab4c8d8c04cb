#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <edgeward/core/bytes.hpp>
#include <edgeward/fhir/response.hpp>

// First two octets: status; the next one: how long the Retry-After value is; the rest: that value and the
// body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward;
    if (size < 3) return 0;
    const unsigned status = data[0] * 4U + data[1] % 4U;
    const auto rest = text_of({data + 3, size - 3});
    const auto retry_after = rest.substr(0, data[2] % 40U);
    const auto verdict = fhir::judge({status, rest.substr(retry_after.size()), retry_after}, 1,
                                     Instant(std::chrono::hours(497000)));
    if (!verdict.error && (status < 200 || status > 299)) std::abort();
    if (verdict.error && verdict.error->foreign.size() > 4096) std::abort();
    return 0;
}
