#include <edgeward/crypto/hmac_key.hpp>

#include <utility>

#include <openssl/evp.h>

#include "hmac_block.hpp"
#include "openssl.hpp"

namespace edgeward::crypto {
namespace {

using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

Context begun_with(ByteView block) {
    Context context(EVP_MD_CTX_new());
    require(context != nullptr && EVP_DigestInit_ex2(context.get(), EVP_sha256(), nullptr) == 1 &&
            EVP_DigestUpdate(context.get(), block.data(), block.size()) == 1);
    return context;
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
    HmacBlock block(key);
    auto inner = begun_with(block.inner());
    state_ = std::make_unique<const State>(State{std::move(inner), begun_with(block.outer())});
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
