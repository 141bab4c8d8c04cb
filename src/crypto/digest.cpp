#include <edgeward/crypto/digest.hpp>

#include <string>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "hmac_block.hpp"
#include "openssl.hpp"

namespace edgeward::crypto {
namespace {

using Parts = std::initializer_list<ByteView>;

// Algorithms are looked up once per process and contexts made once per thread: looking them up at every call
// costs several times the work itself.

const EVP_MD* sha256_algorithm() {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    require(algorithm != nullptr);
    return algorithm;
}

OSSL_PARAM digest_name() {
    static char name[] = "SHA256";  // OpenSSL takes it without const and does not write to it
    return OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
}

Digest digest_of(EVP_MD_CTX* context, ByteView first, Parts parts) {
    require(EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) == 1 &&
            EVP_DigestUpdate(context, first.data(), first.size()) == 1);
    for (const ByteView part : parts)
        require(EVP_DigestUpdate(context, part.data(), part.size()) == 1);
    Digest digest{};
    require(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1);
    return digest;
}

EVP_MD_CTX* digest_context() {
    thread_local const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    require(context != nullptr);
    return context.get();
}

}  // namespace

Digest sha256(Parts parts) {
    return digest_of(digest_context(), {}, parts);
}

Digest sha256(ByteView data) {
    return sha256({data});
}

struct Sha256::State {
    Owned<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    require(state_->context != nullptr &&
            EVP_DigestInit_ex2(state_->context.get(), sha256_algorithm(), nullptr) == 1);
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::add(ByteView octets) {
    require(EVP_DigestUpdate(state_->context.get(), octets.data(), octets.size()) == 1);
}

Digest Sha256::finish() {
    Digest digest{};
    require(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr) == 1);
    require(EVP_DigestInit_ex2(state_->context.get(), sha256_algorithm(), nullptr) == 1);
    return digest;
}

// RFC 2104, section 2. OpenSSL's EVP_MAC does the same in more than twice the time: it copies contexts for
// each key, and the key must be overwritten in them. Here the context ends with nothing but the answer in it.
Digest hmac_sha256(const Secret& key, Parts parts) {
    HmacBlock block(key);
    const Digest inner = digest_of(digest_context(), block.inner(), parts);
    return digest_of(digest_context(), block.outer(), {inner});
}

Digest hmac_sha256(const Secret& key, ByteView data) {
    return hmac_sha256(key, {data});
}

Secret hkdf_sha256(const Secret& master, std::string_view info, std::size_t length) {
    static EVP_KDF* const algorithm = EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr);
    require(algorithm != nullptr && length >= 1 && length <= 255 * Digest{}.size());
    const Owned<EVP_KDF_CTX, EVP_KDF_CTX_free> context(EVP_KDF_CTX_new(algorithm));
    // OSSL_PARAM has no const form; the inputs are only read.
    Bytes key(master.reveal().begin(), master.reveal().end());
    std::string label(info);
    const OSSL_PARAM settings[] = {
        digest_name(),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key.data(), key.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, label.data(), label.size()),
        OSSL_PARAM_construct_end(),
    };
    Bytes derived(length);
    require(context != nullptr &&
            EVP_KDF_derive(context.get(), derived.data(), derived.size(), settings) == 1);
    wipe(key.data(), key.size());
    return Secret(std::move(derived));
}

bool equal_in_constant_time(ByteView left, ByteView right) noexcept {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace edgeward::crypto
