#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// The check symbols of Faldum and Pommerening ("An optimal code for patient identifiers", 2005), as
// Mainzelliste uses them for 6 data symbols, here for 1 to 29.
//
//   symbols are elements of GF(32), t^5 = t^2 + 1, bit k is the coefficient of t^k
//   c1 = sum over i from 0 of t^(i+1) p(i)        c2 = sum over i from 0 of t^(2(i+1)) p(i)
//
// The minimum distance is 3: any two wrong symbols are noticed, or one is corrected. A swap of neighbours is
// a double error that can look like one wrong symbol elsewhere when there are more than 14 data symbols; such
// a word is noticed and not corrected (docs/pseudonym-format.md).
namespace edgeward::pseudonym {

using Symbol = std::uint8_t;  // 0 to 31

// 32 symbols, 5 bits each, without B I O S.
inline constexpr std::string_view alphabet = "0123456789ACDEFGHJKLMNPQRTUVWXYZ";

// The value of a letter of the alphabet, capital or small; nothing for any other octet.
std::optional<Symbol> symbol_of(char letter) noexcept;

std::array<Symbol, 2> check_symbols(std::span<const Symbol> data) noexcept;

// Do the last two symbols of `word` check the others?
bool is_valid(std::span<const Symbol> word) noexcept;

// The valid word that is one wrong symbol or one swap of neighbours away, if there is exactly one such word.
// For a valid word: that word.
std::optional<std::vector<Symbol>> repair(std::span<const Symbol> word);

}  // namespace edgeward::pseudonym
