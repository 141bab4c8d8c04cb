#pragma once

#include <string_view>

#include <edgeward/core/result.hpp>

namespace edgeward::access {

// Whether a new password may be one of this account (OWASP ASVS 5.0, 6.2): 12 to 128 characters of UTF-8, at
// least five different ones, without the account's name (of four letters and more), no row of the keyboard or
// the alphabet, not digits alone, and no common word, however written, repeated or followed by digits and
// signs. invalid_input says which.
Result<void> check_new_password(std::string_view account, std::string_view password);

}  // namespace edgeward::access
