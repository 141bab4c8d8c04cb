#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>

// QR codes (ISO/IEC 18004) of addresses that authenticator apps read. Pure. Threads: any.
namespace edgeward::access {

// Its modules row by row, '1' is dark; without the quiet zone. invalid_input: an empty text, or one that fits
// into no code.
Result<std::vector<std::string>> qr_code(std::string_view text);

// For a terminal: two rows a line, four modules of quiet around, dark on light whatever the terminal's
// colours are.
std::string draw_for_terminal(const std::vector<std::string>& modules);

}  // namespace edgeward::access
