#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/model/identity.hpp>

// Which words, numbers and dates belong to persons of this gateway, without holding one of them.
//
//   kept      61 bits of a keyed hash and a kind of 3 bits for each: 8 octets in an open-addressing table
//   that
//             is at most half full, 16 to 32 octets for an entry and about five entries for a person
//   key       32 octets in memory, derived from the key ring; the hash is a polynomial over 2^61 - 1 at a
//             secret point, so that the hash of "84651973" follows from those of "8465" and "1973"
//   not kept  any text, and which person an entry belongs to
//
// Whoever has the key and the table can test a guess; the table never leaves memory. A person who is
// forgotten goes with the next fill: until then their entries block more than they must.
namespace edgeward::dlp {

class HashTable;
struct HashKey;

// What an entry is; 0 is an empty place of the table.
enum class Kind : std::uint8_t { none, identifier, number, name, birth_date };

// A hash that can be extended: see HashKey.
struct RollingHash {
    std::uint64_t value = 0;
    std::uint64_t shift = 1;  // the secret point to the power of the length
};

// Threads: any.
class Dictionary {
public:
    // `key` has 32 octets. `most` entries; what is beyond is an error.
    explicit Dictionary(const Secret& key, std::size_t most = default_most);
    Dictionary(const Dictionary&) = delete;
    Dictionary& operator=(const Dictionary&) = delete;
    ~Dictionary();

    // Everything that names the person. exhausted: full; then complete() stays false.
    Result<void> add(const model::Identity& identity);
    // A fill from the beginning: add() goes into the table in use and into a new one, which end_fill() puts
    // in its place; then the dictionary is complete. A second begin_fill() throws the first one's table away.
    void begin_fill();
    void end_fill();
    // Somebody was forgotten: the next fill is due.
    void forget() noexcept { stale_ = true; }

    // Was it filled once, and did everything fit?
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    [[nodiscard]] bool stale() const noexcept { return stale_; }
    [[nodiscard]] std::size_t entries() const;
    [[nodiscard]] std::size_t octets() const;  // of the table in use

    // Can there be an entry of so many octets, so many of them digits? Saves most look-ups.
    [[nodiscard]] bool may_hold(std::size_t octets, std::size_t digits) const noexcept {
        return (shapes_[octets < longest ? octets : longest] >> (digits < longest ? digits : longest) & 1U) !=
               0;
    }
    // The kinds of all `hashes`, in order. Empty places of `kinds` are Kind::none.
    void look_up(std::span<const std::uint64_t> hashes, std::span<Kind> kinds) const;
    [[nodiscard]] const HashKey& key() const noexcept { return *key_; }

    static constexpr std::size_t default_most = std::size_t{1} << 24U;  // some three million persons, 256 MiB

private:
    Result<void> insert(std::uint64_t hash, Kind kind);
    void note_shape(std::string_view text);

    const std::unique_ptr<const HashKey> key_;
    const std::size_t most_;
    mutable std::shared_mutex mutex_;
    std::unique_ptr<HashTable> table_;
    std::unique_ptr<HashTable> next_;  // while it is filled
    bool overflowed_ = false;
    static constexpr std::size_t longest = 63;
    std::array<std::atomic<std::uint64_t>, longest + 1>
        shapes_{};  // by octets: a bit for each number of digits
    std::atomic<bool> complete_ = false;
    std::atomic<bool> stale_ = true;
};

}  // namespace edgeward::dlp
