#include <edgeward/crypto/hmac_key.hpp>

#include <algorithm>
#include <array>

#include <openssl/evp.h>

#include "openssl.hpp"

namespace edgeward::crypto {
namespace {

constexpr std::size_t block = 64;
using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using Block = std::array<std::uint8_t, block>;

// A digest that has taken in the key's block with each octet changed by `pad`.
Context begun_with(const Block& key, std::uint8_t pad) {
    Context context(EVP_MD_CTX_new());
    Block padded{};
    std::transform(key.begin(), key.end(), padded.begin(),
                   [pad](std::uint8_t octet) { return static_cast<std::uint8_t>(octet ^ pad); });
    require(context != nullptr && EVP_DigestInit_ex2(context.get(), EVP_sha256(), nullptr) == 1 &&
            EVP_DigestUpdate(context.get(), padded.data(), padded.size()) == 1);
    wipe(padded.data(), padded.size());
    return context;
}

Block block_of(const Secret& key) {
    Block padded{};
    if (key.size() <= block) {
        std::ranges::copy(key.reveal(), padded.begin());
        return padded;
    }
    Digest digest = sha256(key.reveal());
    std::ranges::copy(digest, padded.begin());
    wipe(digest.data(), digest.size());
    return padded;
}

Digest finish(EVP_MD_CTX* context, std::initializer_list<ByteView> parts) {
    for (const ByteView part : parts)
        require(EVP_DigestUpdate(context, part.data(), part.size()) == 1);
    Digest digest{};
    require(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1);
    return digest;
}

}  // namespace

struct HmacKey::State {
    Context inner;
    Context outer;
};

HmacKey::HmacKey(const Secret& key) {
    Block padded = block_of(key);
    state_ = std::make_unique<const State>(State{begun_with(padded, 0x36), begun_with(padded, 0x5C)});
    wipe(padded.data(), padded.size());
}
HmacKey::HmacKey(HmacKey&&) noexcept = default;
HmacKey& HmacKey::operator=(HmacKey&&) noexcept = default;
HmacKey::~HmacKey() = default;

Digest HmacKey::of(std::initializer_list<ByteView> parts) const {
    thread_local const Context context(EVP_MD_CTX_new());
    require(context != nullptr && EVP_MD_CTX_copy_ex(context.get(), state_->inner.get()) == 1);
    const Digest inner = finish(context.get(), parts);
    require(EVP_MD_CTX_copy_ex(context.get(), state_->outer.get()) == 1);
    return finish(context.get(), {inner});
}

}  // namespace edgeward::crypto
