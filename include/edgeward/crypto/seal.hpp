#pragma once

#include <memory>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

namespace edgeward::crypto {

// AES-256-GCM with a fresh random 96-bit nonce each time.
//
//   sealed = version (1 octet, 0x01) ‖ nonce (12) ‖ ciphertext ‖ tag (16)
//
// A key may seal up to 2^32 messages (NIST SP 800-38D). `context` is authenticated, not stored: opening needs
// the same. Threads: any; one key may be used by several threads at once.
class SealingKey {
public:
    // 32 octets; aborts otherwise (a bug).
    explicit SealingKey(const Secret& key);
    SealingKey(SealingKey&&) noexcept;
    SealingKey& operator=(SealingKey&&) noexcept;
    SealingKey(const SealingKey&) = delete;
    SealingKey& operator=(const SealingKey&) = delete;
    ~SealingKey();

    [[nodiscard]] Bytes seal(ByteView plaintext, ByteView context) const;
    // corrupt: wrong key, wrong context or altered octets.
    [[nodiscard]] Result<Secret> open(ByteView sealed, ByteView context) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

// 32 random octets.
Secret random_key();

}  // namespace edgeward::crypto
