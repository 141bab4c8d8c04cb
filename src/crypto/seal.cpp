#include <edgeward/crypto/seal.hpp>

#include <algorithm>
#include <array>
#include <limits>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <edgeward/core/random.hpp>

#include "openssl.hpp"

namespace edgeward::crypto {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::size_t key_size = 32;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t overhead = 1 + nonce_size + tag_size;

const EVP_CIPHER* aes_256_gcm() {
    static const EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    require(algorithm != nullptr);
    return algorithm;
}

// OpenSSL counts in int.
int count_of(std::size_t size) noexcept {
    require(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    return static_cast<int>(size);
}

// One direction of the cipher, made once per thread.
class Cipher {
public:
    enum class Direction : int { opening = 0, sealing = 1 };

    explicit Cipher(Direction direction)
        : context_(EVP_CIPHER_CTX_new()), direction_(static_cast<int>(direction)) {
        require(context_ != nullptr && EVP_CipherInit_ex2(context_.get(), aes_256_gcm(), nullptr, nullptr,
                                                          direction_, nullptr) == 1);
    }

    void begin(ByteView key, ByteView nonce, ByteView context) {
        require(EVP_CipherInit_ex2(context_.get(), nullptr, key.data(), nonce.data(), direction_, nullptr) ==
                1);
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
    // The context outlives the caller's key: leave no trace of it.
    void forget_key() {
        static constexpr std::array<std::uint8_t, key_size> zeros{};
        require(EVP_CipherInit_ex2(context_.get(), nullptr, zeros.data(), zeros.data(), direction_,
                                   nullptr) == 1);
    }

private:
    Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context_;
    int direction_;
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
    thread_local Cipher cipher(Cipher::Direction::sealing);
    Bytes sealed(plaintext.size() + overhead);
    sealed.front() = format_version;
    const auto nonce = std::span(sealed).subspan(1, nonce_size);
    system_random().fill(nonce);

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
    thread_local Cipher cipher(Cipher::Direction::opening);
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
