#include "identity_codec.hpp"

#include <cstdlib>

// What decodes has one form only: encoding it again gives the same octets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const edgeward::ByteView octets(data, size);
    const auto identity = edgeward::vault::decode_identity(octets);
    if (!identity) return 0;
    const auto again = edgeward::vault::encode_identity(*identity);
    const auto view = again.reveal();
    if (edgeward::text_of(view) != edgeward::text_of(octets)) std::abort();
    return 0;
}
