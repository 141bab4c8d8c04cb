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

// The character set octets really are in, whatever MSH-18 says: senders state 8859/1 and write UTF-8, and the
// reverse. What is UTF-8 as a whole is taken for it; German text in a single-octet set hardly ever is. The
// rest is 8859/15 when MSH-18 says so, else 8859/1.
Charset charset_of(std::string_view octets, std::string_view msh18);

// Text in that set as UTF-8. Octets that are not UTF-8 where it should be (they can come from \Xdd\) are
// taken for 8859/1.
std::string to_utf8(std::string_view octets, Charset charset);

}  // namespace edgeward::hl7
