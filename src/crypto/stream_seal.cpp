#include <edgeward/crypto/stream_seal.hpp>

#include <array>

#include <openssl/err.h>

#include "gcm_cipher.hpp"

namespace edgeward::crypto {
namespace {

constexpr std::uint64_t most_chunks = std::uint64_t{1} << 32U;
constexpr std::size_t counter_at = 7;
constexpr std::size_t last_at = 11;

// The nonce of the next chunk, and whether there is one.
class Position {
public:
    using Nonce = std::array<std::uint8_t, GcmCipher::nonce_size>;

    void go_to(std::uint64_t chunk) noexcept {
        next_ = chunk;
        ended_ = false;
    }
    [[nodiscard]] bool ended() const noexcept { return ended_ || next_ == most_chunks; }
    Nonce take(bool last) noexcept {
        Nonce nonce{};
        for (std::size_t i = 0; i < 4; ++i)
            nonce[counter_at + i] = static_cast<std::uint8_t>(next_ >> (24 - 8 * i));
        nonce[last_at] = last ? 1 : 0;
        ++next_;
        ended_ = last;
        return nonce;
    }

private:
    std::uint64_t next_ = 0;
    bool ended_ = false;
};

}  // namespace

struct StreamSealer::State {
    Secret key;
    GcmCipher cipher{GcmCipher::Direction::sealing};
    Position position{};
};

StreamSealer::StreamSealer(const Secret& key) : state_(std::make_unique<State>(State{key.clone()})) {
    require(key.size() == GcmCipher::key_size);
}
StreamSealer::StreamSealer(StreamSealer&&) noexcept = default;
StreamSealer& StreamSealer::operator=(StreamSealer&&) noexcept = default;
StreamSealer::~StreamSealer() {
    if (state_) state_->cipher.forget_key();
}

void StreamSealer::seal(ByteView chunk, bool last, Bytes& sealed) {
    State& state = *state_;
    require(!state.position.ended());
    sealed.resize(chunk.size() + stream_tag_size);
    state.cipher.begin(state.key.reveal(), state.position.take(last), {});
    state.cipher.transform(chunk, sealed.data());
    require(state.cipher.finish());
    state.cipher.read_tag(sealed.data() + chunk.size());
}

struct StreamOpener::State {
    Secret key;
    GcmCipher cipher{GcmCipher::Direction::opening};
    Position position{};
};

StreamOpener::StreamOpener(const Secret& key) : state_(std::make_unique<State>(State{key.clone()})) {
    require(key.size() == GcmCipher::key_size);
}
StreamOpener::StreamOpener(StreamOpener&&) noexcept = default;
StreamOpener& StreamOpener::operator=(StreamOpener&&) noexcept = default;
StreamOpener::~StreamOpener() {
    if (state_) state_->cipher.forget_key();
}

Result<void> StreamOpener::open(ByteView sealed, bool last, Bytes& chunk) {
    State& state = *state_;
    chunk.clear();
    if (sealed.size() < stream_tag_size || state.position.ended())
        return failure(ErrorKind::corrupt, "a sealed stream does not end where it should");
    const ByteView ciphertext = sealed.first(sealed.size() - stream_tag_size);
    chunk.resize(ciphertext.size());
    state.cipher.begin(state.key.reveal(), state.position.take(last), {});
    state.cipher.transform(ciphertext, chunk.data());
    state.cipher.expect_tag(sealed.last(stream_tag_size));
    if (state.cipher.finish()) return {};
    ERR_clear_error();
    wipe(chunk.data(), chunk.size());
    chunk.clear();
    return failure(ErrorKind::corrupt, "a sealed stream was altered, cut off or belongs to another key");
}

void StreamOpener::seek(std::uint64_t chunk) noexcept {
    state_->position.go_to(chunk);
}

}  // namespace edgeward::crypto
