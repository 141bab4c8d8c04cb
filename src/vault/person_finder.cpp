#include <edgeward/vault/person_finder.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/dlp/dictionary.hpp>
#include <edgeward/dlp/inspector.hpp>

namespace edgeward::vault {
namespace {

char lower(char octet) noexcept {
    return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet - 'A' + 'a') : octet;
}

std::string lower(std::string_view text) {
    std::string made(text);
    std::ranges::transform(made, made.begin(), [](char octet) { return lower(octet); });
    return made;
}

// Letters and digits, and every octet of a letter beyond ASCII.
bool is_of_a_word(char octet) noexcept {
    return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') ||
           (static_cast<unsigned char>(octet) & 0x80U) != 0;
}

// "4711" is no word of "1.4711" and "4711.5": those are numbers.
bool is_of_a_number(std::string_view text, std::size_t point, std::size_t beyond) noexcept {
    const auto is_digit = [&](std::size_t at) {
        return at < text.size() && text[at] >= '0' && text[at] <= '9';
    };
    return point < text.size() && text[point] == '.' && is_digit(beyond);
}

bool has_word(std::string_view text, std::string_view word) {
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool begins = at == 0 || !is_of_a_word(text[at - 1]);
        const bool ends = end == text.size() || !is_of_a_word(text[end]);
        const bool in_number =
            is_of_a_number(text, end, end + 1) || (at > 1 && is_of_a_number(text, at - 1, at - 2));
        if (begins && ends && !in_number) return true;
    }
    return false;
}

dlp::Detectors detectors() {
    dlp::Detectors chosen;
    for (const auto off :
         {dlp::Detector::kvnr, dlp::Detector::iban, dlp::Detector::phone, dlp::Detector::email})
        chosen.set(off, false);
    return chosen;
}

}  // namespace

struct PersonFinder::State {
    dlp::Dictionary dictionary{crypto::random_key(), 4096};
    dlp::Inspector inspector{dictionary, detectors(), {}};
    std::set<std::string> words;
    std::size_t unsearched = 0;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        while (!words.empty()) {
            auto node = words.extract(words.begin());
            wipe(node.value().data(), node.value().size());
        }
    }
    void know(const std::string& word) {
        if (word.empty()) return;
        if (word.size() < shortest) {
            ++unsearched;
        } else {
            words.insert(lower(word));
        }
    }
};

PersonFinder::PersonFinder(const std::vector<model::Identity>& identities)
    : state_(std::make_unique<State>()) {
    for (const auto& identity : identities) {
        for (const auto& identifier : identity.identifiers)
            state_->know(identifier.value);
        state_->know(identity.visit_number);
        // A dictionary that is full knows less; the words above are all there.
        static_cast<void>(state_->dictionary.add(identity));
    }
}

PersonFinder::PersonFinder(PersonFinder&&) noexcept = default;
PersonFinder& PersonFinder::operator=(PersonFinder&&) noexcept = default;
PersonFinder::~PersonFinder() = default;

bool PersonFinder::is_named_in(std::string_view text, Instant now) const {
    std::string folded = lower(text);
    const bool has_one =
        std::ranges::any_of(state_->words, [&](const auto& word) { return has_word(folded, word); });
    wipe(folded.data(), folded.size());
    if (has_one) return true;
    bool name = false;
    bool birth_date = false;
    for (const auto& finding : state_->inspector.inspect(text, {}, now)) {
        if (finding.detector == dlp::Detector::identifier) return true;
        name = name || finding.detector == dlp::Detector::name;
        birth_date = birth_date || finding.detector == dlp::Detector::birth_date;
    }
    return name && birth_date;
}

std::size_t PersonFinder::unsearched() const noexcept {
    return state_->unsearched;
}

}  // namespace edgeward::vault
