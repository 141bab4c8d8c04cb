#pragma once

#include <initializer_list>
#include <memory>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/digest.hpp>

namespace edgeward::crypto {

// A key of HMAC-SHA-256 (RFC 2104) that is used again and again: what depends on the key alone is hashed
// once, a third of the time for a short message. Of the key that state is all that is kept; it is overwritten
// at the end. Threads: any; one key may be used by several threads at once.
class HmacKey {
public:
    explicit HmacKey(const Secret& key);
    HmacKey(HmacKey&&) noexcept;
    HmacKey& operator=(HmacKey&&) noexcept;
    HmacKey(const HmacKey&) = delete;
    HmacKey& operator=(const HmacKey&) = delete;
    ~HmacKey();

    // The same as hmac_sha256 with this key.
    [[nodiscard]] Digest of(ByteView message) const { return of({message}); }
    [[nodiscard]] Digest of(std::initializer_list<ByteView> parts) const;

private:
    struct State;
    std::unique_ptr<const State> state_;
};

}  // namespace edgeward::crypto
