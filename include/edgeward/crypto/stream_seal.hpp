#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

// Long contents sealed in chunks: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online
// Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015) over AES-256-GCM.
//
//   sealed(i) = AES-256-GCM( key, nonce = 00 × 7 ‖ i (4, big-endian, from 0) ‖ 01 for the last chunk, else 00
//   )
//             = ciphertext ‖ tag (16)
//
// A chunk that is altered, missing, doubled or moved, or a stream cut off after any chunk, does not open. A
// key is used for one stream only: derive it freshly. At most 2^32 chunks. One thread.
namespace edgeward::crypto {

inline constexpr std::size_t stream_tag_size = 16;

class StreamSealer {
public:
    // 32 octets; aborts otherwise (a bug).
    explicit StreamSealer(const Secret& key);
    StreamSealer(StreamSealer&&) noexcept;
    StreamSealer& operator=(StreamSealer&&) noexcept;
    StreamSealer(const StreamSealer&) = delete;
    StreamSealer& operator=(const StreamSealer&) = delete;
    ~StreamSealer();

    // `sealed` becomes the next chunk. Aborts after the last one (a bug: the nonce must not come again).
    void seal(ByteView chunk, bool last, Bytes& sealed);

private:
    struct State;
    std::unique_ptr<State> state_;
};

class StreamOpener {
public:
    explicit StreamOpener(const Secret& key);
    StreamOpener(StreamOpener&&) noexcept;
    StreamOpener& operator=(StreamOpener&&) noexcept;
    StreamOpener(const StreamOpener&) = delete;
    StreamOpener& operator=(const StreamOpener&) = delete;
    ~StreamOpener();

    // `chunk` becomes the content of the next chunk. corrupt: not that chunk of that stream, or after the
    // last.
    Result<void> open(ByteView sealed, bool last, Bytes& chunk);
    // The next chunk to open is that one, from 0. Who goes anywhere asks the last one too: only that shows
    // that the stream was not cut off.
    void seek(std::uint64_t chunk) noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::crypto
