#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "tokens.hpp"

namespace edgeward::dlp {

// Dates as the number YYYYMMDD, from 1880 to 2099.

// YYYY-MM-DD; nothing: not a whole date.
std::optional<std::uint32_t> date_of(std::string_view text);
// What the tokens from `first` on say when they are a date that stands alone: 19370429,
// 1937-04-29, 29.4.1937, 04/29/1937, 29. April 1937, April 29, 1937, also split by blank . - / ^ & ~. Two
// readings at most.
std::vector<std::uint32_t> dates_at(std::string_view folded, std::span<const Token> tokens,
                                    std::size_t first);

// Ten characters: a letter, eight digits, the check digit (§ 290 SGB V).
bool is_kvnr(std::string_view folded) noexcept;
// ISO 13616: the length its country has, and modulo 97.
bool is_iban(std::string_view folded) noexcept;
// The length of IBANs of the country, two octets; 0: no such country.
std::size_t iban_length(std::string_view folded_country) noexcept;

// How many tokens from `first` on are a KVNR, an IBAN, a German telephone number; 0: none.
std::size_t kvnr_at(std::string_view folded, std::span<const Token> tokens, std::size_t first);
std::size_t iban_at(std::string_view folded, std::span<const Token> tokens, std::size_t first);
std::size_t phone_at(std::string_view folded, std::span<const Token> tokens, std::size_t first);

// Is the @ at `at` inside an address?
bool is_email(std::string_view folded, std::size_t at) noexcept;

}  // namespace edgeward::dlp
