#include <edgeward/crypto/seal.hpp>

#include <algorithm>
#include <array>
#include <span>

#include <openssl/err.h>
#include <edgeward/core/random.hpp>

#include "gcm_cipher.hpp"

namespace edgeward::crypto {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::size_t key_size = GcmCipher::key_size;
constexpr std::size_t nonce_size = GcmCipher::nonce_size;
constexpr std::size_t tag_size = GcmCipher::tag_size;
constexpr std::size_t overhead = 1 + nonce_size + tag_size;

// Random nonces, drawn many at a time: a call of the generator costs as much as sealing a report. They are no
// secrets, and each is given out once. A thread has its own; the gateway does not fork.
class Nonces {
public:
    void draw(std::span<std::uint8_t, nonce_size> out) {
        if (next_ == drawn_.size()) {
            system_random().fill(drawn_);
            next_ = 0;
        }
        std::copy_n(drawn_.begin() + static_cast<std::ptrdiff_t>(next_), nonce_size, out.begin());
        next_ += nonce_size;
    }

private:
    std::array<std::uint8_t, 32 * nonce_size> drawn_{};
    std::size_t next_ = drawn_.size();
};

}  // namespace

struct SealingKey::State {
    Secret key;
};

SealingKey::SealingKey(const Secret& key) : state_(std::make_unique<State>(State{key.clone()})) {
    require(key.size() == key_size);
}
SealingKey::SealingKey(SealingKey&&) noexcept = default;
SealingKey& SealingKey::operator=(SealingKey&&) noexcept = default;
SealingKey::~SealingKey() = default;

Bytes SealingKey::seal(ByteView plaintext, ByteView context) const {
    thread_local GcmCipher cipher(GcmCipher::Direction::sealing);
    thread_local Nonces nonces;
    Bytes sealed(plaintext.size() + overhead);
    sealed.front() = format_version;
    const auto nonce = std::span(sealed).subspan<1, nonce_size>();
    nonces.draw(nonce);

    cipher.begin(state_->key.reveal(), nonce, context);
    cipher.transform(plaintext, sealed.data() + 1 + nonce_size);
    require(cipher.finish());
    cipher.read_tag(sealed.data() + sealed.size() - tag_size);
    cipher.forget_key();
    return sealed;
}

Result<Secret> SealingKey::open(ByteView sealed, ByteView context) const {
    if (sealed.size() < overhead || sealed.front() != format_version) {
        return failure(ErrorKind::corrupt, "sealed data is too short or of an unknown version");
    }
    thread_local GcmCipher cipher(GcmCipher::Direction::opening);
    const auto ciphertext = sealed.subspan(1 + nonce_size, sealed.size() - overhead);
    Bytes plaintext(ciphertext.size());

    cipher.begin(state_->key.reveal(), sealed.subspan(1, nonce_size), context);
    cipher.transform(ciphertext, plaintext.data());
    cipher.expect_tag(sealed.last(tag_size));
    const bool genuine = cipher.finish();
    cipher.forget_key();

    Secret opened(std::move(plaintext));
    if (genuine) return opened;
    ERR_clear_error();  // whoever next asks this thread's queue must not find our failure in it
    return failure(ErrorKind::corrupt, "sealed data was altered or belongs to another key or context");
}

Secret random_key() {
    Bytes octets(key_size);
    system_random().fill(octets);
    return Secret(std::move(octets));
}

}  // namespace edgeward::crypto
