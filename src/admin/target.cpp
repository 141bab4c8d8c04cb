#include <array>
#include <optional>

#include <edgeward/admin/http.hpp>
#include <edgeward/core/utf8.hpp>

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

// UTF-8 without control characters.
bool is_utf8_text(std::string_view text) {
    while (!text.empty()) {
        const auto [point, octets] = first_character(text);
        const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
        if (octets == 0 || control) return false;
        text.remove_prefix(octets);
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

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::optional<Pairs> parse_pairs(std::string_view text) {
    Pairs pairs;
    while (!text.empty()) {
        std::string_view value = take_until(text, '&');
        auto name = decode(take_until(value, '='), "/?");
        auto decoded = decode(value, "/?");
        if (!name || name->empty() || !decoded) return std::nullopt;
        pairs.emplace_back(std::move(*name), std::move(*decoded));
    }
    return pairs;
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
    auto pairs = parse_pairs(text);
    if (!pairs) return failure(ErrorKind::invalid_input, "the query is not well-formed");
    for (auto& [name, value] : *pairs) {
        if (!target.query.contains(name))
            target.query.emplace(std::move(name), std::move(value));
        else
            target.repeated.emplace_back(std::move(name), std::move(value));
    }
    return target;
}

Result<Pairs> parse_form(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (const char c : text)
        plain.append(c == '+' ? "%20" : std::string_view(&c, 1));
    auto pairs = parse_pairs(plain);
    if (!pairs) return failure(ErrorKind::invalid_input, "the form is not well-formed");
    return *std::move(pairs);
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
