#include <cstdlib>

#include <edgeward/alarm/alarm.hpp>

// Any octets either decode to what encodes to the same octets, or are refused as corrupt.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    edgeward::alarm::Alarm alarm;
    const edgeward::ByteView body(data, size);
    if (edgeward::alarm::decode_body(body, alarm)) {
        const auto again = edgeward::alarm::encode_body(alarm);
        if (!std::equal(again.begin(), again.end(), body.begin(), body.end())) std::abort();
    }
    return 0;
}
