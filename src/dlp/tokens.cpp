#include "tokens.hpp"

#include <array>

#include "folding.hpp"

namespace edgeward::dlp {
namespace {

constexpr std::uint32_t longest_joint = 3;

enum Class : std::uint8_t { other = 0, letter = 1, digit = 2, joiner = 4 };

constexpr std::array<std::uint8_t, 256> classes_of_octets() {
    std::array<std::uint8_t, 256> classes{};
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const char c = static_cast<char>(i);
        classes[i] = is_digit(c) ? digit : is_letter(c) ? letter : other;
    }
    for (const char c : std::string_view(" -.,/_'+^&~|()"))
        classes[static_cast<unsigned char>(c)] = joiner;
    return classes;
}
constexpr std::array<std::uint8_t, 256> classes = classes_of_octets();

std::uint8_t class_of(char c) noexcept {
    return classes[static_cast<unsigned char>(c)];
}
bool is_word(char c) noexcept {
    return (class_of(c) & (letter | digit)) != 0;
}

constexpr bool is_hex(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

// 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text) {
    if (text.size() < 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        return false;
    for (std::size_t i = 0; i < 36; ++i) {
        if (i != 8 && i != 13 && i != 18 && i != 23 && !is_hex(text[i])) return false;
    }
    return text.size() == 36 || !is_word(text[36]);
}

// "%7C" before a UUID, as in a search of FHIR: "identifier=SYSTEM%7CUUID". Taken for one word with its first
// group, the other groups would be numbers of their own, and one in 300 would be a telephone number.
bool is_escape_before_uuid(std::string_view folded, std::size_t at) {
    return at > 0 && folded[at - 1] == '%' && at + 2 < folded.size() && is_hex(folded[at]) &&
           is_hex(folded[at + 1]) && is_uuid(folded.substr(at + 2));
}

void describe_joint(std::string_view folded, std::uint32_t from, Token& token) {
    const std::string_view joint = folded.substr(from, token.begin - from);
    token.joined = joint.size() <= longest_joint;
    if (!token.joined) return;
    for (const char c : joint) {
        token.joined = token.joined && class_of(c) == joiner;
        token.field = token.field || c == '|';
    }
    token.dotted = joint.size() == 1 && (joint[0] == '.' || joint[0] == ',');
}

}  // namespace

void tokenize(std::string_view folded, const HashKey& key, std::vector<Token>& into) {
    into.clear();
    const auto size = static_cast<std::uint32_t>(folded.size());
    std::uint32_t at = 0;
    std::uint32_t after_last = 0;
    while (at < size) {
        if (!is_word(folded[at])) {
            ++at;
            continue;
        }
        Token& token = into.emplace_back();
        token.begin = at;
        const bool uuid = at + 36 <= size && folded[at + 8] == '-' && is_uuid(folded.substr(at));
        const std::uint32_t stop = uuid ? at + 36 : is_escape_before_uuid(folded, at) ? at + 2 : size;
        std::uint64_t value = 0;
        for (; at < stop && (uuid || is_word(folded[at])); ++at) {
            const char c = folded[at];
            if (c == '-') continue;
            value = key.extended(value, c);
            ++token.length;
            token.digits += class_of(c) == digit ? 1 : 0;
        }
        token.hash = {value, key.shift_of(token.length)};
        token.end = at;
        if (into.size() > 1) describe_joint(folded, after_last, token);
        after_last = at;
    }
}

}  // namespace edgeward::dlp
