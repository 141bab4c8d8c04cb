#pragma once

#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>

namespace edgeward::pseudonym {

// The text form of the first 100 bits of `digest` (at least 13 octets): <prefix>1-<20 data symbols><2 check
// symbols>.
std::string to_text(ByteView digest, std::string_view prefix);

}  // namespace edgeward::pseudonym
