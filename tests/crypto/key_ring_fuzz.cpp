#include <cstddef>
#include <cstdint>

#include <edgeward/crypto/key_ring.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const edgeward::Secret kek(edgeward::Bytes(32, 0x11));
    static_cast<void>(edgeward::crypto::KeyRing::unwrap(edgeward::text_of({data, size}), kek));
    return 0;
}
