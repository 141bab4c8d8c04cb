#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <edgeward/core/bytes.hpp>

namespace edgeward {

// Reads octets front to back. After the first shortage everything reads as zero or empty and sound() stays
// false: so a reader of a format asks once, at its end. A value; the octets outlive it.
class OctetReader {
public:
    explicit OctetReader(ByteView octets) noexcept : rest_(octets) {}

    ByteView take(std::size_t count) noexcept {
        if (count > rest_.size()) {
            fail();
            return {};
        }
        const ByteView taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    // In network order, of 1 to 8 octets.
    std::uint64_t number(std::size_t octets) noexcept { return big_endian(take(octets)); }
    // After its length, which has `length_octets`.
    std::string text(std::size_t length_octets) {
        return std::string(text_of(take(static_cast<std::size_t>(number(length_octets)))));
    }
    // All that is left.
    ByteView rest() noexcept { return take(rest_.size()); }
    // What was read makes no sense.
    void fail() noexcept {
        sound_ = false;
        rest_ = {};
    }
    [[nodiscard]] bool sound() const noexcept { return sound_; }
    [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    // Read to its end, and nothing was missing.
    [[nodiscard]] bool complete() const noexcept { return sound_ && rest_.empty(); }

private:
    ByteView rest_;
    bool sound_ = true;
};

}  // namespace edgeward
