#pragma once

#include <string>
#include <string_view>

#include <edgeward/hl7/oru_message.hpp>

namespace edgeward::hl7 {

// MSH-18 (table 0211); empty for ASCII, which is what an absent MSH-18 means.
std::string_view msh18_of(Charset charset) noexcept;
// For messages of ours: "8859/15".
std::string_view name_of(Charset charset) noexcept;

// Appends UTF-8 text in the character set, with delimiters and control characters escaped. False, and `out`
// holds what fitted so far, when the text is not UTF-8 or has a character the set does not carry.
bool append_encoded(std::string& out, std::string_view text, Charset charset);

}  // namespace edgeward::hl7
