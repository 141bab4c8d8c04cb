#include <array>
#include <optional>

#include "target.hpp"

namespace edgeward::admin {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

// RFC 3986 3.3 and 3.4: pchar without '%'; '/' and '?' are told apart by the caller.
bool may_stand_plain(char c) {
    return is_unreserved(c) || std::string_view("!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

std::optional<unsigned> hex_value(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
    return std::nullopt;
}

// The length of the UTF-8 sequence that `lead` begins and the least code point it may hold (RFC 3629).
struct SequenceForm {
    std::size_t length;
    std::uint32_t least;
    std::uint32_t bits;
};

std::optional<SequenceForm> sequence_form(unsigned char lead) {
    if (lead < 0x80U) return SequenceForm{1, 0, lead};
    if ((lead & 0xE0U) == 0xC0U) return SequenceForm{2, 0x80, lead & 0x1FU};
    if ((lead & 0xF0U) == 0xE0U) return SequenceForm{3, 0x800, lead & 0x0FU};
    if ((lead & 0xF8U) == 0xF0U) return SequenceForm{4, 0x10000, lead & 0x07U};
    return std::nullopt;
}

bool is_utf8_text(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto form = sequence_form(static_cast<unsigned char>(text[at]));
        if (!form || form->length > text.size() - at) return false;
        std::uint32_t code_point = form->bits;
        for (std::size_t i = 1; i < form->length; ++i) {
            const auto octet = static_cast<unsigned char>(text[at + i]);
            if ((octet & 0xC0U) != 0x80U) return false;
            code_point = code_point << 6U | (octet & 0x3FU);
        }
        const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
        const bool control = code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
        if (code_point < form->least || code_point > 0x10FFFF || surrogate || control) return false;
        at += form->length;
    }
    return true;
}

// `also_plain`: octets that may stand unencoded here besides pchar.
std::optional<std::string> decode(std::string_view text, std::string_view also_plain) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            if (!may_stand_plain(text[at]) && also_plain.find(text[at]) == std::string_view::npos)
                return std::nullopt;
            decoded.push_back(text[at]);
            continue;
        }
        if (text.size() - at < 3) return std::nullopt;
        const auto high = hex_value(text[at + 1]);
        const auto low = hex_value(text[at + 2]);
        if (!high || !low) return std::nullopt;
        decoded.push_back(static_cast<char>(static_cast<unsigned char>(*high << 4U | *low)));
        at += 2;
    }
    if (!is_utf8_text(decoded)) return std::nullopt;
    return decoded;
}

// Cuts `text` at the first `separator` and returns what stood before it.
std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
}

bool parse_path(std::string_view text, std::vector<std::string>& path) {
    if (text == "/") return true;
    text.remove_prefix(1);
    const bool ends_with_slash = text.back() == '/';
    while (!text.empty()) {
        auto segment = decode(take_until(text, '/'), {});
        if (!segment || segment->empty() || *segment == "." || *segment == "..") return false;
        if (segment->find('/') != std::string::npos) return false;
        path.push_back(std::move(*segment));
    }
    return !ends_with_slash;
}

bool parse_query(std::string_view text, std::map<std::string, std::string, std::less<>>& query) {
    while (!text.empty()) {
        std::string_view value = take_until(text, '&');
        const auto name = decode(take_until(value, '='), "/?");
        auto decoded = decode(value, "/?");
        if (!name || name->empty() || !decoded) return false;
        if (!query.emplace(*name, std::move(*decoded)).second) return false;
    }
    return true;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
    if (text.empty() || text.front() != '/') {
        return failure(ErrorKind::invalid_input, "the request target must begin with a slash");
    }
    Target target;
    const std::string_view path = take_until(text, '?');
    if (!parse_path(path, target.path))
        return failure(ErrorKind::invalid_input, "the path is not well-formed");
    if (!parse_query(text, target.query))
        return failure(ErrorKind::invalid_input, "the query is not well-formed");
    return target;
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            encoded.push_back(c);
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        encoded.append({'%', digits[octet >> 4U], digits[octet & 0x0FU]});
    }
    return encoded;
}

}  // namespace edgeward::admin
