#pragma once

#include <string_view>

#include <edgeward/core/bytes.hpp>

namespace edgeward {

// RFC 4648 §5, strictly: without padding, white space, or bits that are left over. False on anything else.
bool from_base64url(std::string_view text, Bytes& out);

}  // namespace edgeward
