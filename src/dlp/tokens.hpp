#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "hash_key.hpp"

namespace edgeward::dlp {

// A run of letters and digits in folded text.
struct Token {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t length = 0;  // of what is hashed: without the hyphens of a UUID
    std::uint32_t digits = 0;
    // Does it follow the one before over joiners alone (blank - . , / _ ' + ^ & ~ | and brackets, at most
    // three)?
    bool joined = false;
    bool dotted = false;  // over a single . or ,
    bool field = false;   // over a | or a line's end: not for names
    RollingHash hash;

    [[nodiscard]] std::uint32_t size() const noexcept { return end - begin; }
    [[nodiscard]] bool is_number() const noexcept { return digits == size(); }
};

// All tokens of `folded`. A UUID (RFC 9562) is one token.
void tokenize(std::string_view folded, const HashKey& key, std::vector<Token>& into);

}  // namespace edgeward::dlp
