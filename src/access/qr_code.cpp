#include <edgeward/access/qr_code.hpp>

#include <memory>

#include <openssl/crypto.h>
#include <qrencode.h>

namespace edgeward::access {
namespace {

constexpr std::size_t quiet = 4;  // ISO/IEC 18004, 6.3.8

// What it shows may be a secret.
void forget(QRcode* code) {
    OPENSSL_cleanse(code->data,
                    static_cast<std::size_t>(code->width) * static_cast<std::size_t>(code->width));
    QRcode_free(code);
}

bool is_dark(const std::vector<std::string>& modules, std::size_t row, std::size_t column) {
    if (row < quiet || column < quiet || row - quiet >= modules.size()) return false;
    const std::string& line = modules[row - quiet];
    return column - quiet < line.size() && line[column - quiet] == '1';
}

}  // namespace

Result<std::vector<std::string>> qr_code(std::string_view text) {
    if (text.empty() || text.find('\0') != std::string_view::npos)
        return failure(ErrorKind::invalid_input, "a QR code needs a text");
    const std::unique_ptr<QRcode, decltype(&forget)> code(
        QRcode_encodeString8bit(std::string(text).c_str(), 0, QR_ECLEVEL_M), &forget);
    if (code == nullptr) return failure(ErrorKind::invalid_input, "the text fits into no QR code");
    const auto width = static_cast<std::size_t>(code->width);
    std::vector<std::string> rows(width, std::string(width, '0'));
    for (std::size_t at = 0; at < width * width; ++at) {
        if ((code->data[at] & 1U) != 0) rows[at / width][at % width] = '1';
    }
    return rows;
}

std::string draw_for_terminal(const std::vector<std::string>& modules) {
    constexpr std::string_view black_on_white = "\x1b[30;47m";
    constexpr std::string_view as_before = "\x1b[0m\n";
    const std::size_t width = modules.size() + 2 * quiet;
    std::string drawn;
    for (std::size_t row = 0; row < width; row += 2) {
        drawn += black_on_white;
        for (std::size_t column = 0; column < width; ++column) {
            const bool above = is_dark(modules, row, column);
            const bool below = is_dark(modules, row + 1, column);
            if (above) {
                drawn += below ? "█" : "▀";
            } else {
                drawn += below ? "▄" : " ";
            }
        }
        drawn += as_before;
    }
    return drawn;
}

}  // namespace edgeward::access
