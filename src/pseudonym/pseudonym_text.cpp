#include <algorithm>
#include <vector>

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "check_symbols.hpp"
#include "pseudonym_text.hpp"

namespace edgeward::pseudonym {
namespace {

constexpr std::size_t data_symbols = 20;
constexpr std::size_t all_symbols = data_symbols + 2;
constexpr std::size_t longest_prefix = 8;
constexpr std::string_view version_mark = "1-";

char capital(char letter) noexcept {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

// The letters the alphabet leaves out because people take them for these.
char without_lookalike(char letter) noexcept {
    switch (capital(letter)) {
        case 'B':
            return '8';
        case 'I':
            return '1';
        case 'O':
            return '0';
        case 'S':
            return '5';
        default:
            return letter;
    }
}

void append_symbols(std::string& text, const std::vector<Symbol>& symbols) {
    for (const Symbol symbol : symbols)
        text.push_back(alphabet[symbol]);
}

// The bits from `first` on, counted from the left.
Symbol five_bits(ByteView octets, std::size_t first) {
    unsigned value = 0;
    for (std::size_t bit = first; bit < first + 5; ++bit) {
        const unsigned octet = octets[bit / 8];
        value = (value << 1U) | ((octet >> (7U - bit % 8)) & 1U);
    }
    return static_cast<Symbol>(value);
}

Result<std::vector<Symbol>> read_symbols(std::string_view text, bool& mended) {
    std::vector<Symbol> symbols;
    for (const char letter : text) {
        const char meant = without_lookalike(letter);
        const auto symbol = symbol_of(meant);
        if (!symbol)
            return failure(ErrorKind::invalid_input, "a pseudonym has a character outside its alphabet");
        if (meant != letter) mended = true;
        symbols.push_back(*symbol);
    }
    return symbols;
}

}  // namespace

std::string to_text(ByteView digest, std::string_view prefix) {
    std::vector<Symbol> symbols;
    for (std::size_t i = 0; i < data_symbols; ++i)
        symbols.push_back(five_bits(digest, 5 * i));
    const auto check = check_symbols(symbols);
    symbols.insert(symbols.end(), check.begin(), check.end());
    std::string text(prefix);
    text += version_mark;
    append_symbols(text, symbols);
    return text;
}

bool is_prefix(std::string_view text) noexcept {
    const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= longest_prefix && std::ranges::all_of(text, allowed);
}

Result<CheckedText> check_text(std::string_view text) {
    const std::size_t tail = version_mark.size() + all_symbols;
    if (text.size() <= tail) return failure(ErrorKind::invalid_input, "a pseudonym is too short");
    CheckedText checked;
    for (const char letter : text.substr(0, text.size() - tail))
        checked.text.push_back(capital(letter));
    if (!is_prefix(checked.text) || text.substr(text.size() - tail, version_mark.size()) != version_mark) {
        return failure(ErrorKind::invalid_input,
                       "a pseudonym starts with its prefix and version, as in RES1-");
    }
    const auto symbols = read_symbols(text.substr(text.size() - all_symbols), checked.corrected);
    if (!symbols) return failure(symbols.error());
    const auto repaired = repair(*symbols);
    if (!repaired) return failure(ErrorKind::invalid_input, "the check symbols of a pseudonym do not fit");
    if (*repaired != *symbols) checked.corrected = true;
    checked.text += version_mark;
    append_symbols(checked.text, *repaired);
    return checked;
}

}  // namespace edgeward::pseudonym
