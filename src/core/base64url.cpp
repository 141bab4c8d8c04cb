#include <edgeward/core/base64url.hpp>

#include <string>

namespace edgeward {

bool from_base64url(std::string_view text, Bytes& out) {
    std::string standard(text);
    bool foreign = false;
    for (char& digit : standard) {
        foreign = foreign || digit == '+' || digit == '/' || digit == '=';
        if (digit == '-') digit = '+';
        if (digit == '_') digit = '/';
    }
    standard.append((4 - standard.size() % 4) % 4, '=');
    if (!foreign && from_base64(standard, out)) return true;
    out.clear();
    return false;
}

}  // namespace edgeward
