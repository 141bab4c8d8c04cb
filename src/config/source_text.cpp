#include "source_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace edgeward::config {
namespace {

constexpr std::size_t longest_bare_key = 60;

bool continues_code_point(char octet) noexcept {
    return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80;
}

// Octets of the code point that begins at `text`, which is not empty.
std::size_t code_point_size(std::string_view text) noexcept {
    std::size_t size = 1;
    while (size < text.size() && continues_code_point(text[size]))
        ++size;
    return size;
}

// Where the code point number `count` begins.
std::size_t offset_of(std::string_view text, std::size_t count) noexcept {
    std::size_t offset = 0;
    for (; count > 0 && offset < text.size(); --count)
        offset += code_point_size(text.substr(offset));
    return offset;
}

// The value of well-formed UTF-8; toml++ has refused everything else.
std::uint32_t code_point(std::string_view octets) noexcept {
    constexpr std::array<unsigned, 5> first_bits = {0, 0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t value =
        static_cast<unsigned char>(octets[0]) & first_bits.at(std::min<std::size_t>(octets.size(), 4));
    for (const char octet : octets.substr(1))
        value = value << 6U | (static_cast<unsigned char>(octet) & 0x3FU);
    return value;
}

bool is_unfit_for_terminals(std::uint32_t point) noexcept {
    const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
    const bool line_break = point == 0x2028 || point == 0x2029;
    const bool direction = (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    return control || line_break || direction;
}

void append_escaped(std::string& out, std::string_view octets) {
    const std::uint32_t point = code_point(octets);
    if (is_unfit_for_terminals(point)) {
        std::array<char, 16> escape{};
        const int size = std::snprintf(escape.data(), escape.size(), "\\u%04X", static_cast<unsigned>(point));
        out.append(escape.data(), static_cast<std::size_t>(size));
        return;
    }
    out += octets;
}

}  // namespace

SourceText::SourceText(std::string text) : text_(std::move(text)), line_starts_{0} {
    for (std::size_t i = 0; i < text_.size(); ++i) {
        if (text_[i] == '\n') line_starts_.push_back(i + 1);
    }
}

std::string_view SourceText::line(std::size_t number) const {
    if (number == 0 || number > line_starts_.size()) return {};
    const std::string_view from_here = std::string_view(text_).substr(line_starts_[number - 1]);
    return from_here.substr(0, from_here.find('\n'));
}

std::string_view SourceText::cut(std::size_t line_number, std::size_t column, std::size_t end_column) const {
    if (column == 0 || end_column <= column) return {};
    const std::string_view rest = line(line_number);
    const std::size_t begin = offset_of(rest, column - 1);
    return rest.substr(begin, offset_of(rest.substr(begin), end_column - column));
}

std::string escaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t size = code_point_size(text.substr(i));
        append_escaped(out, text.substr(i, size));
        i += size;
    }
    return out;
}

std::string quotation(std::string_view text, std::size_t most) {
    const std::size_t end = offset_of(text, most);
    std::string inside;
    for (const char c : text.substr(0, end)) {
        if (c == '"' || c == '\\') inside += '\\';
        inside += c;
    }
    // A backslash that stands for itself is doubled by now; those of escapes come after it.
    return '"' + escaped(inside) + (end < text.size() ? "…\"" : "\"");
}

std::string key_text(std::string_view key) {
    const auto bare = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    };
    const bool is_bare =
        !key.empty() && key.size() <= longest_bare_key && std::all_of(key.begin(), key.end(), bare);
    return is_bare ? std::string(key) : quotation(key);
}

}  // namespace edgeward::config
