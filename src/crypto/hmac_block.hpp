#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/digest.hpp>

namespace edgeward::crypto {

// The key of HMAC-SHA-256 as one block of the digest (RFC 2104, section 2): padded with zeros, hashed before
// when it is longer. Overwritten at the end.
class HmacBlock {
public:
    explicit HmacBlock(const Secret& key) {
        Digest digest{};
        ByteView used = key.reveal();
        if (used.size() > octets_.size()) {
            digest = sha256(used);
            used = digest;
        }
        std::ranges::copy(used, octets_.begin());
        wipe(digest.data(), digest.size());
    }
    HmacBlock(const HmacBlock&) = delete;
    HmacBlock& operator=(const HmacBlock&) = delete;
    ~HmacBlock() { wipe(octets_.data(), octets_.size()); }

    // What the digest begins with; valid until the next call.
    ByteView inner() noexcept { return changed_to(0x36); }
    ByteView outer() noexcept { return changed_to(0x5C); }

private:
    ByteView changed_to(std::uint8_t pad) noexcept {
        for (auto& octet : octets_)
            octet = static_cast<std::uint8_t>(octet ^ pad_ ^ pad);
        pad_ = pad;
        return octets_;
    }

    std::array<std::uint8_t, 64> octets_{};
    std::uint8_t pad_ = 0;
};

}  // namespace edgeward::crypto
