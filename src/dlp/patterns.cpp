#include "patterns.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "folding.hpp"

namespace edgeward::dlp {
namespace {

std::string_view text_of(std::string_view folded, const Token& token) {
    return folded.substr(token.begin, token.size());
}

std::string_view joint_before(std::string_view folded, std::span<const Token> tokens, std::size_t token) {
    const std::size_t from = tokens[token - 1].end;
    return folded.substr(from, tokens[token].begin - from);
}

std::uint32_t number_of(std::string_view digits) {
    std::uint32_t number = 0;
    for (const char c : digits)
        number = number * 10 + static_cast<std::uint32_t>(c - '0');
    return number;
}

std::optional<std::uint32_t> date(std::uint32_t year, std::uint32_t month, std::uint32_t day) {
    constexpr std::array<std::uint32_t, 12> days{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1880 || year > 2099 || month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return std::nullopt;
    return year * 10000 + month * 100 + day;
}

// German and English, by the first three letters; 0: none.
std::uint32_t month_of(std::string_view word) {
    constexpr std::array<std::string_view, 16> names{"jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug",
                                                     "sep", "okt", "nov", "dez", "mae", "may", "oct", "dec"};
    constexpr std::array<std::uint32_t, 16> months{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 3, 5, 10, 12};
    const auto* found = std::find(names.begin(), names.end(), word.substr(0, 3));
    return found == names.end() || word.size() > 9
               ? 0
               : months.at(static_cast<std::size_t>(found - names.begin()));
}

bool is_date_joint(std::string_view joint) {
    return joint.size() == 1 ? std::string_view("-./ ^&~").find(joint.front()) != std::string_view::npos
                             : joint == ". " || joint == ", ";
}

bool is_short_number(const Token& token) {
    return token.is_number() && token.size() <= 2;
}
bool is_year(const Token& token) {
    return token.is_number() && token.size() == 4;
}

struct Country {
    std::string_view code;
    std::uint8_t length;
};
// SWIFT IBAN registry.
constexpr std::array<Country, 88> countries{
    {{"ad", 24}, {"ae", 23}, {"al", 28}, {"at", 20}, {"az", 28}, {"ba", 20}, {"be", 16}, {"bg", 22},
     {"bh", 22}, {"bi", 27}, {"br", 29}, {"by", 28}, {"ch", 21}, {"cr", 22}, {"cy", 28}, {"cz", 24},
     {"de", 22}, {"dj", 27}, {"dk", 18}, {"do", 28}, {"ee", 20}, {"eg", 29}, {"es", 24}, {"fi", 18},
     {"fk", 18}, {"fo", 18}, {"fr", 27}, {"gb", 22}, {"ge", 22}, {"gi", 23}, {"gl", 18}, {"gr", 27},
     {"gt", 28}, {"hr", 21}, {"hu", 28}, {"ie", 22}, {"il", 23}, {"iq", 23}, {"is", 26}, {"it", 27},
     {"jo", 30}, {"kw", 30}, {"kz", 20}, {"lb", 28}, {"lc", 32}, {"li", 21}, {"lt", 20}, {"lu", 20},
     {"lv", 21}, {"ly", 25}, {"mc", 27}, {"md", 24}, {"me", 22}, {"mk", 19}, {"mn", 20}, {"mr", 27},
     {"mt", 31}, {"mu", 30}, {"ni", 28}, {"nl", 18}, {"no", 15}, {"om", 23}, {"pk", 24}, {"pl", 28},
     {"ps", 29}, {"pt", 25}, {"qa", 29}, {"ro", 24}, {"rs", 22}, {"ru", 33}, {"sa", 24}, {"sc", 31},
     {"sd", 18}, {"se", 24}, {"si", 19}, {"sk", 24}, {"sm", 27}, {"so", 23}, {"st", 25}, {"sv", 28},
     {"tl", 23}, {"tn", 24}, {"tr", 26}, {"ua", 29}, {"va", 22}, {"vg", 24}, {"xk", 20}, {"ye", 30}}};

constexpr std::array<std::uint8_t, 676> lengths_by_letters() {
    std::array<std::uint8_t, 676> lengths{};
    for (const auto& country : countries) {
        const auto first = static_cast<std::size_t>(country.code[0] - 'a');
        const auto second = static_cast<std::size_t>(country.code[1] - 'a');
        lengths[first * 26 + second] = country.length;
    }
    return lengths;
}

// Tokens from `first` on, put together until they have `length` characters; 0: they do not.
std::size_t put_together(std::string_view folded, std::span<const Token> tokens, std::size_t first,
                         std::size_t length, std::string& into) {
    into.clear();
    for (std::size_t i = first; i < tokens.size() && (i == first || (tokens[i].joined && !tokens[i].field));
         ++i) {
        into += text_of(folded, tokens[i]);
        if (into.size() == length) return i - first + 1;
        if (into.size() > length) return 0;
    }
    return 0;
}

bool is_phone_joint(std::string_view joint) {
    return joint.size() <= 3 && joint.find_first_not_of(" -/()") == std::string_view::npos;
}

struct Digits {
    std::size_t tokens = 0;
    std::size_t digits = 0;
};

// The numbers that follow each other from `first` on, as a person writes a telephone number.
Digits digits_from(std::string_view folded, std::span<const Token> tokens, std::size_t first,
                   bool components) {
    Digits found;
    for (std::size_t i = first; i < tokens.size() && tokens[i].is_number(); ++i) {
        if (i > first) {
            const std::string_view joint = joint_before(folded, tokens, i);
            if (!is_phone_joint(joint) && !(components && joint == "^")) break;
        }
        ++found.tokens;
        found.digits += tokens[i].size();
    }
    return found;
}

bool follows_a_number(std::span<const Token> tokens, std::size_t token) {
    return token > 0 && tokens[token].joined && !tokens[token].field && tokens[token - 1].is_number();
}

}  // namespace

std::optional<std::uint32_t> date_of(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    for (const std::size_t at : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
        if (!is_digit(text[at])) return std::nullopt;
    }
    return date(number_of(text.substr(0, 4)), number_of(text.substr(5, 2)), number_of(text.substr(8, 2)));
}

std::vector<std::uint32_t> dates_at(std::string_view folded, std::span<const Token> tokens,
                                    std::size_t first) {
    std::vector<std::uint32_t> dates;
    auto take = [&dates](std::uint32_t year, std::uint32_t month, std::uint32_t day) {
        if (const auto found = date(year, month, day)) dates.push_back(*found);
    };
    const Token& one = tokens[first];
    auto number = [&](std::size_t token) { return number_of(text_of(folded, tokens[token])); };
    if (one.is_number() && one.size() == 8) {
        const std::uint32_t whole = number(first);
        take(whole / 10000, whole / 100 % 100, whole % 100);
        return dates;
    }
    if (one.size() > 9 || first + 2 >= tokens.size() || !tokens[first + 1].joined ||
        !tokens[first + 2].joined || !tokens[first + 2].is_number() ||
        !is_date_joint(joint_before(folded, tokens, first + 1)) ||
        !is_date_joint(joint_before(folded, tokens, first + 2)))
        return dates;
    const Token& two = tokens[first + 1];
    const Token& three = tokens[first + 2];
    if (is_year(one) && is_short_number(two) && is_short_number(three)) {
        take(number(first), number(first + 1), number(first + 2));
    } else if (is_short_number(one) && is_short_number(two) && is_year(three)) {
        take(number(first + 2), number(first + 1), number(first));
        take(number(first + 2), number(first), number(first + 1));
    } else if (is_short_number(one) && two.digits == 0 && is_year(three)) {
        take(number(first + 2), month_of(text_of(folded, two)), number(first));
    } else if (one.digits == 0 && is_short_number(two) && is_year(three)) {
        take(number(first + 2), month_of(text_of(folded, one)), number(first + 1));
    }
    return dates;
}

bool is_kvnr(std::string_view folded) noexcept {
    if (folded.size() != 10 || folded[0] < 'a' || folded[0] > 'z') return false;
    if (!std::all_of(folded.begin() + 1, folded.end(), is_digit)) return false;
    const auto letter = static_cast<std::uint32_t>(folded[0] - 'a' + 1);
    std::array<std::uint32_t, 10> digits{letter / 10, letter % 10};
    for (std::size_t i = 1; i < 9; ++i)
        digits.at(i + 1) = static_cast<std::uint32_t>(folded[i] - '0');
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::uint32_t product = digits.at(i) * (i % 2 == 0 ? 1 : 2);
        sum += product / 10 + product % 10;
    }
    return sum % 10 == static_cast<std::uint32_t>(folded[9] - '0');
}

std::size_t iban_length(std::string_view folded_country) noexcept {
    static constexpr auto lengths = lengths_by_letters();
    const auto first = static_cast<std::size_t>(folded_country[0] - 'a');
    const auto second = static_cast<std::size_t>(folded_country[1] - 'a');
    return first < 26 && second < 26 ? lengths[first * 26 + second] : 0;
}

bool is_iban(std::string_view folded) noexcept {
    if (folded.size() < 15 || iban_length(folded.substr(0, 2)) != folded.size()) return false;
    // The registry's have at least 12; a pseudonym or a word that fits by chance seldom has.
    if (std::count_if(folded.begin(), folded.end(), is_digit) < 12) return false;
    std::uint32_t rest = 0;
    for (std::size_t i = 0; i < folded.size(); ++i) {
        const char c = folded[(i + 4) % folded.size()];
        if (is_digit(c)) {
            rest = (rest * 10 + static_cast<std::uint32_t>(c - '0')) % 97;
        } else if (c >= 'a' && c <= 'z') {
            rest = (rest * 100 + static_cast<std::uint32_t>(c - 'a' + 10)) % 97;
        } else {
            return false;
        }
    }
    return rest == 1;
}

std::size_t kvnr_at(std::string_view folded, std::span<const Token> tokens, std::size_t first) {
    const Token& one = tokens[first];
    if (one.size() > 10 || one.digits + 1 != one.size() || is_digit(folded[one.begin])) return 0;
    if (one.size() == 10) return is_kvnr(text_of(folded, one)) ? 1 : 0;
    std::string whole;
    const std::size_t taken = put_together(folded, tokens, first, 10, whole);
    return taken <= 6 && is_kvnr(whole) ? taken : 0;
}

std::size_t iban_at(std::string_view folded, std::span<const Token> tokens, std::size_t first) {
    const Token& one = tokens[first];
    if (one.size() < 4 || !is_digit(folded[one.begin + 2]) || !is_digit(folded[one.begin + 3])) return 0;
    const std::size_t length = iban_length(folded.substr(one.begin, 2));
    if (length == 0) return 0;
    std::string whole;
    const std::size_t taken = put_together(folded, tokens, first, length, whole);
    return taken > 0 && is_iban(whole) ? taken : 0;
}

std::size_t phone_at(std::string_view folded, std::span<const Token> tokens, std::size_t first) {
    const Token& one = tokens[first];
    if (!one.is_number()) return 0;
    const std::string_view text = text_of(folded, one);
    const bool plus = one.begin > 0 && folded[one.begin - 1] == '+' && text.starts_with("49");
    if (plus || text.starts_with("0049")) {
        const Digits found = digits_from(folded, tokens, first, true);
        const std::size_t prefix = plus ? 2 : 4;
        return found.digits >= prefix + 7 && found.digits <= prefix + 13 ? found.tokens : 0;
    }
    if (text.size() < 3 || text[0] != '0' || text[1] == '0' || follows_a_number(tokens, first)) return 0;
    const Digits found = digits_from(folded, tokens, first, false);
    if (found.tokens == 1) return text.size() >= 10 && text.size() <= 12 ? 1 : 0;
    return text.size() <= 6 && found.tokens <= 5 && found.digits >= 8 && found.digits <= 13 ? found.tokens
                                                                                            : 0;
}

bool is_email(std::string_view folded, std::size_t at) noexcept {
    auto is_local = [](char c) {
        return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-' || c == '+';
    };
    if (at == 0 || !is_local(folded[at - 1]) || folded[at - 1] == '.') return false;
    std::size_t dot = 0;
    std::size_t end = at + 1;
    for (; end < folded.size() &&
           (is_digit(folded[end]) || is_letter(folded[end]) || folded[end] == '-' || folded[end] == '.');
         ++end) {
        if (folded[end] == '.' && end + 1 < folded.size() && is_letter(folded[end + 1])) dot = end;
    }
    return dot > at + 1 && end - dot > 2;
}

}  // namespace edgeward::dlp
