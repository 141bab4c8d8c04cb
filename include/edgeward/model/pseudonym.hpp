#pragma once

#include <array>
#include <cstdint>

#include <edgeward/core/bytes.hpp>

namespace edgeward::pseudonym {
class PseudonymMint;  // the only maker, private to module pseudonym
}

namespace edgeward::model {

// A person as the store knows one: 128 bits derived from the person's random secret in the vault, never from
// an identifier. It means nothing outside this gateway; destinations get pseudonyms of their own domain. Only
// module pseudonym can make one (docs/pseudonym-format.md).
class Pseudonym {
public:
    [[nodiscard]] const std::array<std::uint8_t, 16>& octets() const noexcept { return octets_; }
    // clang-tidy 14 takes the 0 of the comparison's own body for a null pointer.
    friend auto operator<=>(const Pseudonym&, const Pseudonym&) = default;  // NOLINT(modernize-use-nullptr)

private:
    friend class edgeward::pseudonym::PseudonymMint;
    explicit Pseudonym(const std::array<std::uint8_t, 16>& octets) noexcept : octets_(octets) {}
    std::array<std::uint8_t, 16> octets_;
};

}  // namespace edgeward::model
