#include <edgeward/crypto/signature.hpp>

#include <algorithm>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "openssl.hpp"

namespace edgeward::crypto {
namespace {

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Bio = Owned<BIO, BIO_free_all>;

Key private_key(const Secret& seed) {
    const ByteView octets = seed.reveal();
    require(octets.size() == PublicKey{}.size());
    Key key(EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, octets.data(), octets.size()));
    require(key != nullptr);
    return key;
}

// Any 32 octets make a key here; whether they are a point of the curve shows at verification.
Key public_key(const PublicKey& octets) {
    Key key(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, octets.data(), octets.size()));
    require(key != nullptr);
    return key;
}

PublicKey raw_public_key(const EVP_PKEY* key) {
    PublicKey octets{};
    std::size_t size = octets.size();
    require(EVP_PKEY_get_raw_public_key(key, octets.data(), &size) == 1 && size == octets.size());
    return octets;
}

// Refuses instead of asking the terminal for a pass phrase.
int no_pass_phrase(char*, int, int, void*) {
    return -1;
}

}  // namespace

PublicKey public_key_of(const Secret& seed) {
    return raw_public_key(private_key(seed).get());
}

Signature sign(const Secret& seed, ByteView message) {
    const Key key = private_key(seed);
    const DigestContext context(EVP_MD_CTX_new());
    Signature signature{};
    std::size_t size = signature.size();
    require(context != nullptr &&
            EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
    require(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1 &&
            size == signature.size());
    return signature;
}

bool verify(const PublicKey& octets, ByteView message, const Signature& signature) {
    const Key key = public_key(octets);
    const DigestContext context(EVP_MD_CTX_new());
    require(context != nullptr &&
            EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
    const bool genuine = EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                                          message.size()) == 1;
    if (!genuine) ERR_clear_error();
    return genuine;
}

std::string to_pem(const PublicKey& octets) {
    const Key key = public_key(octets);
    const Bio memory(BIO_new(BIO_s_mem()));
    require(memory != nullptr && PEM_write_bio_PUBKEY(memory.get(), key.get()) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    require(size > 0);
    return {text, static_cast<std::size_t>(size)};
}

Result<PublicKey> parse_public_key(const std::string& pem) {
    constexpr std::size_t most = 65536;
    const auto refused = [] {
        return failure(ErrorKind::invalid_input, "expected an Ed25519 public key in PEM form");
    };
    if (pem.size() > most) return refused();
    const Bio memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    require(memory != nullptr);
    const Key key(PEM_read_bio_PUBKEY(memory.get(), nullptr, no_pass_phrase, nullptr));
    ERR_clear_error();
    if (key == nullptr || EVP_PKEY_is_a(key.get(), "ED25519") != 1) return refused();
    return raw_public_key(key.get());
}

}  // namespace edgeward::crypto
