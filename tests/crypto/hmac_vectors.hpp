#pragma once

#include <string>
#include <vector>

#include "octets.hpp"

namespace edgeward::crypto {

struct HmacVector {
    std::string key;  // hexadecimal, as the others
    std::string data;
    std::string expected;
};

// HMAC-SHA-256 of RFC 4231, section 4, but for the truncated one.
inline std::vector<HmacVector> hmac_vectors() {
    return {
        {"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", to_hex(bytes_of("Hi There")),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"4a656665", to_hex(bytes_of("what do ya want for nothing?")),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {std::string(40, 'a'), to_hex(Bytes(50, 0xDD)),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {"0102030405060708090a0b0c0d0e0f10111213141516171819", to_hex(Bytes(50, 0xCD)),
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {std::string(262, 'a'), to_hex(bytes_of("Test Using Larger Than Block-Size Key - Hash Key First")),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {std::string(262, 'a'),
         to_hex(bytes_of(
             "This is a test using a larger than block-size key and a larger than block-size data. The key "
             "needs to be hashed before being used by the HMAC algorithm.")),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
}

}  // namespace edgeward::crypto
