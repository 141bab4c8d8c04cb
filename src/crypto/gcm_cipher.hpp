#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include <openssl/evp.h>
#include <edgeward/core/bytes.hpp>

#include "openssl.hpp"

namespace edgeward::crypto {

inline const EVP_CIPHER* aes_256_gcm() {
    static const EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    require(algorithm != nullptr);
    return algorithm;
}

// OpenSSL counts in int.
inline int count_of(std::size_t size) noexcept {
    require(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    return static_cast<int>(size);
}

// One direction of AES-256-GCM with a 96-bit nonce, made once and used again and again. One thread at a time.
class GcmCipher {
public:
    static constexpr std::size_t key_size = 32;
    static constexpr std::size_t nonce_size = 12;
    static constexpr std::size_t tag_size = 16;
    enum class Direction : int { opening = 0, sealing = 1 };

    explicit GcmCipher(Direction direction)
        : context_(EVP_CIPHER_CTX_new()), direction_(static_cast<int>(direction)) {
        require(context_ != nullptr);
    }

    void begin(ByteView key, ByteView nonce, ByteView context) {
        require(EVP_CipherInit_ex2(context_.get(), aes_256_gcm(), key.data(), nonce.data(), direction_,
                                   nullptr) == 1);
        transform(context, nullptr);
    }
    void transform(ByteView in, std::uint8_t* out) {
        int written = 0;
        if (in.empty()) return;
        require(EVP_CipherUpdate(context_.get(), out, &written, in.data(), count_of(in.size())) == 1);
    }
    // False when opening and the tag does not fit.
    bool finish() {
        std::uint8_t nothing = 0;
        int written = 0;
        return EVP_CipherFinal_ex(context_.get(), &nothing, &written) == 1;
    }
    void expect_tag(ByteView tag) {
        std::array<std::uint8_t, tag_size> copy{};  // OpenSSL takes it without const
        std::copy(tag.begin(), tag.end(), copy.begin());
        require(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, copy.data()) == 1);
    }
    void read_tag(std::uint8_t* out) {
        require(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, out) == 1);
    }
    // The context outlives the caller's key: OpenSSL overwrites what it has of it.
    void forget_key() { require(EVP_CIPHER_CTX_reset(context_.get()) == 1); }

private:
    Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context_;
    int direction_;
};

}  // namespace edgeward::crypto
