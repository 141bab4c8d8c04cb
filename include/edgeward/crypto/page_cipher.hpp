#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/secret.hpp>

namespace edgeward::crypto {

// How the pages of a database are authenticated: its MAC has 32 or 64 octets.
enum class PageMac : std::uint8_t { sha256, sha512 };

// The pages of a SQLCipher 4 database, read without SQLCipher, for whoever looks for what a database would
// not show (https://www.zetetic.net/sqlcipher/design/):
//
//   page     = ciphertext (behind the salt of 16 in page 1) ‖ IV (16) ‖ MAC (32, 64)
//   content  = AES-256-CBC(key, IV, ciphertext), without padding
//   MAC      = HMAC-SHA-256 or -512(MAC key, ciphertext ‖ IV ‖ page number (4, little-endian))
//   MAC key  = PBKDF2-HMAC-SHA-512(key, salt with each octet XOR 0x3A, 2 rounds, 32 octets)
//
// The ciphertext has 4048 or 4016 octets, 16 less in page 1. Threads: one object, one thread at a time.
class PageCipher {
public:
    static constexpr std::size_t page_octets = 4096;
    static constexpr std::size_t salt_octets = 16;

    // `key`: 32 octets, a raw key; `salt`: the first 16 octets of the database file.
    PageCipher(const Secret& key, ByteView salt, PageMac mac);
    PageCipher(PageCipher&&) noexcept;
    PageCipher& operator=(PageCipher&&) noexcept;
    PageCipher(const PageCipher&) = delete;
    PageCipher& operator=(const PageCipher&) = delete;
    ~PageCipher();

    [[nodiscard]] bool is_authentic(std::uint32_t number, ByteView page) const;
    // The content, authentic or not, into `out`, which has room for a page; gives how many octets. Whole
    // blocks of a page that is cut off too: without its IV the first block stays unreadable.
    std::size_t open(std::uint32_t number, ByteView page, std::span<std::uint8_t> out) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::crypto
