#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <edgeward/core/secret.hpp>
#include <edgeward/dlp/dictionary.hpp>

namespace edgeward::dlp {

// The keyed hash: a polynomial over the prime 2^61 - 1 at a secret point, then two rounds of mixing with a
// secret word. Two texts of n octets collide with a chance of n / 2^61.
struct HashKey {
    explicit HashKey(const Secret& key);

    static constexpr std::uint64_t prime = (std::uint64_t{1} << 61U) - 1;
    static std::uint64_t multiply(std::uint64_t left, std::uint64_t right) noexcept {
        __extension__ using Wide = unsigned __int128;
        const Wide product = Wide{left} * right;
        const auto sum =
            (static_cast<std::uint64_t>(product) & prime) + static_cast<std::uint64_t>(product >> 61U);
        return sum >= prime ? sum - prime : sum;
    }
    static std::uint64_t sum(std::uint64_t left, std::uint64_t right) noexcept {
        const std::uint64_t both = left + right;
        return both >= prime ? both - prime : both;
    }

    // The value of a text of one octet more.
    [[nodiscard]] std::uint64_t extended(std::uint64_t value, char octet) const noexcept {
        return sum(multiply(value, point), static_cast<unsigned char>(octet) + 1U);
    }
    [[nodiscard]] std::uint64_t shift_of(std::size_t octets) const noexcept {
        std::uint64_t shift = 1;
        for (; octets >= shifts.size(); octets -= shifts.size() - 1)
            shift = multiply(shift, shifts.back());
        return multiply(shift, shifts[octets]);
    }
    // Of `left` and then `right`.
    static RollingHash join(const RollingHash& left, const RollingHash& right) noexcept {
        return {sum(multiply(left.value, right.shift), right.value), multiply(left.shift, right.shift)};
    }
    [[nodiscard]] RollingHash of(std::string_view text) const noexcept {
        RollingHash hash;
        for (const char octet : text)
            hash.value = extended(hash.value, octet);
        hash.shift = shift_of(text.size());
        return hash;
    }

    // What the table keeps. Dates are hashed apart from texts.
    [[nodiscard]] std::uint64_t finish(std::uint64_t value) const noexcept {
        value = (value ^ whitening) * 0x9E3779B97F4A7C15U;
        value = (value ^ (value >> 32U) ^ std::rotl(whitening, 29)) * 0xD6E8FEB86659FD93U;
        return value ^ (value >> 29U);
    }
    [[nodiscard]] std::uint64_t of_date(std::uint32_t date) const noexcept {
        return finish(sum(multiply(date, point), dates));
    }

    std::uint64_t point;
    std::array<std::uint64_t, 64> shifts{};  // powers of the point
    std::uint64_t dates;
    std::uint64_t whitening;
};

}  // namespace edgeward::dlp
