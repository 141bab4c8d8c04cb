#include <edgeward/access/password_rule.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <edgeward/core/utf8.hpp>

namespace edgeward::access {
namespace {

constexpr std::size_t fewest = 12;
constexpr std::size_t most = 128;
constexpr std::size_t fewest_different = 5;
constexpr std::size_t shortest_telling_name = 4;  // a shorter one is in many words

// The words most used for passwords in the lists that leaked, German ones and those of a clinic among them.
constexpr std::array<std::string_view, 44> common_words{
    "password", "passwort", "kennwort", "geheim",   "secret",       "admin",   "administrator", "root",
    "user",     "benutzer", "login",    "welcome",  "willkommen",   "hallo",   "hello",         "letmein",
    "changeme", "qwerty",   "qwertz",   "iloveyou", "ichliebedich", "monkey",  "dragon",        "master",
    "sunshine", "princess", "football", "baseball", "fussball",     "schalke", "sommer",        "winter",
    "summer",   "schatz",   "schatzi",  "hospital", "krankenhaus",  "klinik",  "klinikum",      "edgeward",
    "gateway",  "test",     "start",    "default"};
constexpr std::array<std::string_view, 6> rows{"abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
                                               "qwertzuiopasdfghjklyxcvbnm", "zyxwvutsrqponmlkjihgfedcba",
                                               "1qaz2wsx3edc4rfv5tgb6zhn",   "1q2w3e4r5t6y7u8i9o0p"};

std::string lower(std::string_view text) {
    std::string made(text);
    std::transform(made.begin(), made.end(), made.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return made;
}

bool is_letter(char c) {
    return c >= 'a' && c <= 'z';
}

char letter_of(char c) {
    constexpr std::string_view written = "0134578@$!";
    constexpr std::string_view meant = "oieastbasi";
    const auto place = written.find(c);
    return place == std::string_view::npos ? c : meant[place];
}

std::string letters_of(std::string text) {
    std::erase_if(text, [](char c) { return !is_letter(c); });
    return text;
}

// "passwordpassword" is "password".
std::string once(const std::string& text) {
    for (std::size_t length = 1; length <= text.size() / 2; ++length) {
        if (text.size() % length != 0) continue;
        bool repeats = true;
        for (std::size_t i = length; i < text.size() && repeats; ++i)
            repeats = text[i] == text[i - length];
        if (repeats) return text.substr(0, length);
    }
    return text;
}

bool is_common(std::string text) {
    text = once(text);
    return text.empty() || std::find(common_words.begin(), common_words.end(), text) != common_words.end();
}

// As it is, and with digits and signs read as the letters they look like; what follows the word left out.
bool holds_only_a_common_word(const std::string& lowered) {
    if (is_common(letters_of(lowered))) return true;
    std::string word = lowered;
    while (!word.empty() && !is_letter(word.back()))
        word.pop_back();
    std::transform(word.begin(), word.end(), word.begin(), letter_of);
    return is_common(letters_of(std::move(word)));
}

bool is_in_a_row(std::string_view text) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](std::string_view row) { return row.find(text) != std::string_view::npos; });
}

// A piece of one at its beginning, or nothing but that and digits and signs.
bool is_a_row(const std::string& lowered) {
    const std::string letters = letters_of(lowered);
    return is_in_a_row(std::string_view(lowered).substr(0, fewest)) ||
           (letters.size() >= fewest_different && is_in_a_row(letters));
}

// How many characters; nothing: not UTF-8.
std::size_t characters_in(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        const auto octets = first_character(text).octets;
        if (octets == 0) return 0;
        text.remove_prefix(octets);
    }
    return count;
}

}  // namespace

Result<void> check_new_password(std::string_view account, std::string_view password) {
    const auto refuse = [](const char* why) {
        return failure(ErrorKind::invalid_input, std::string("password: expected ") + why);
    };
    const std::size_t characters = characters_in(password);
    if (characters < fewest || characters > most) return refuse("12 to 128 characters");
    const std::string lowered = lower(password);
    if (std::set<char>(lowered.begin(), lowered.end()).size() < fewest_different)
        return refuse("at least five different characters");
    if (account.size() >= shortest_telling_name && lowered.find(account) != std::string::npos)
        return refuse("something that does not hold the account's name");
    const bool other_letters = std::any_of(lowered.begin(), lowered.end(), [](char c) { return c < 0; });
    if (is_a_row(lowered) || (!other_letters && holds_only_a_common_word(lowered)))
        return refuse("something that is not among the commonest passwords");
    return {};
}

}  // namespace edgeward::access
