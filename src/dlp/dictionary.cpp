#include <edgeward/dlp/dictionary.hpp>

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include <edgeward/core/bytes.hpp>

#include "common_words.hpp"
#include "folding.hpp"
#include "hash_key.hpp"
#include "patterns.hpp"

namespace edgeward::dlp {
namespace {

constexpr std::uint64_t kind_bits = 7;
constexpr std::size_t smallest_table = 1024;
// What is shorter is looked for only beside the authority, or as a pair.
constexpr std::size_t shortest_number = 6;
constexpr std::size_t shortest_identifier = 4;
constexpr std::size_t shortest_name = 4;

// What of `folded` words and numbers are made of.
std::string without_joints(std::string_view folded) {
    std::string kept;
    std::copy_if(folded.begin(), folded.end(), std::back_inserter(kept),
                 [](char c) { return is_digit(c) || is_letter(c); });
    return kept;
}

std::vector<std::string> words_of(std::string_view folded) {
    std::vector<std::string> words(1);
    for (const char c : folded) {
        if (is_letter(c)) {
            words.back().push_back(c);
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

// As people write an umlaut who have no key for it: Muller for Müller.
std::string with_bare_vowels(std::string_view name) {
    std::string bare;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool umlaut = name[i] == '\xC3' && i + 1 < name.size();
        const char second = umlaut ? name[i + 1] : '\0';
        const std::string_view vowel = second == '\xA4' || second == '\x84'   ? "a"
                                       : second == '\xB6' || second == '\x96' ? "o"
                                       : second == '\xBC' || second == '\x9C' ? "u"
                                                                              : "";
        if (vowel.empty()) {
            bare.push_back(name[i]);
        } else {
            bare += vowel;
            ++i;
        }
    }
    return bare;
}

struct Entry {
    std::string text;
    Kind kind;
};

void take_identifier(const std::string& value, const std::string& authority, std::vector<Entry>& into) {
    const std::string text = without_joints(fold(value));
    const bool number = std::all_of(text.begin(), text.end(), is_digit);
    const std::string issuer = without_joints(fold(authority));
    if (!text.empty() && !issuer.empty()) {
        into.push_back({text + issuer, Kind::identifier});
        into.push_back({issuer + text, Kind::identifier});
    }
    if (text.size() < (number ? shortest_number : shortest_identifier)) return;
    if (is_common_word(text)) return;
    const bool may_be_measured = number && text.size() < 8;
    into.push_back({text, may_be_measured ? Kind::number : Kind::identifier});
}

// The whole name, its words, and the first of them.
std::vector<std::string> forms_of(const std::string& name) {
    const std::vector<std::string> words = words_of(fold(name));
    std::vector<std::string> forms = words;
    if (words.size() > 1) {
        std::string whole;
        for (const auto& word : words)
            whole += word;
        forms.insert(forms.begin(), std::move(whole));
    }
    return forms;
}

void take_names(const std::string& family, const std::string& given, std::vector<Entry>& into) {
    const auto families = forms_of(family);
    const auto givens = forms_of(given);
    for (const auto* forms : {&families, &givens}) {
        for (const auto& form : *forms) {
            // Two octets a letter beyond Latin.
            if (form.size() >= shortest_name && !is_common_word(form)) into.push_back({form, Kind::name});
        }
    }
    for (const auto& one : families) {
        for (const auto& other : givens) {
            // "von" of "von der Leyen" makes no name of "von Anna".
            if (one.size() < shortest_name && families.size() > 1) continue;
            if (one.size() + other.size() < shortest_name) continue;
            into.push_back({one + other, Kind::name});
            into.push_back({other + one, Kind::name});
        }
    }
}

std::vector<Entry> entries_of(const model::Identity& identity) {
    std::vector<Entry> entries;
    for (const auto& identifier : identity.identifiers)
        take_identifier(identifier.value, identifier.authority, entries);
    take_identifier(identity.visit_number, {}, entries);
    take_names(identity.family, identity.given, entries);
    const std::string family = with_bare_vowels(identity.family);
    const std::string given = with_bare_vowels(identity.given);
    if (family != identity.family || given != identity.given) take_names(family, given, entries);
    return entries;
}

}  // namespace

HashKey::HashKey(const Secret& key) {
    auto word = [&key](std::size_t number) { return big_endian(key.reveal().subspan(8 * number, 8)); };
    point = word(0) % (prime - 512) + 256;
    dates = word(1) % prime;
    whitening = word(2) ^ word(3);
    shifts[0] = 1;
    for (std::size_t i = 1; i < shifts.size(); ++i)
        shifts.at(i) = multiply(shifts.at(i - 1), point);
}

// Linear probing; a place holds 61 bits of a hash and its kind.
class HashTable {
public:
    explicit HashTable(std::size_t places) : places_(places) {}

    // False: it was there.
    bool insert(std::uint64_t hash, Kind kind) {
        if (2 * (used_ + 1) > places_.size()) grow();
        const std::uint64_t entry = (hash & ~kind_bits) | static_cast<std::uint64_t>(kind);
        std::uint64_t& place = places_[place_of(hash, kind)];
        if (place != 0) return false;
        place = entry;
        ++used_;
        return true;
    }
    // The strongest of what the hash stands for: an identifier of letters can be a name too.
    [[nodiscard]] Kind find(std::uint64_t hash) const {
        for (std::size_t at = home(hash); places_[at] != 0; at = next(at)) {
            if ((places_[at] & ~kind_bits) == (hash & ~kind_bits))
                return static_cast<Kind>(places_[at] & kind_bits);
        }
        return Kind::none;
    }
    void prefetch(std::uint64_t hash) const { __builtin_prefetch(&places_[home(hash)]); }
    [[nodiscard]] std::size_t used() const noexcept { return used_; }
    [[nodiscard]] std::size_t octets() const noexcept { return places_.size() * sizeof(std::uint64_t); }

private:
    [[nodiscard]] std::size_t home(std::uint64_t hash) const noexcept {
        return (hash >> 3U) & (places_.size() - 1);
    }
    [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & (places_.size() - 1); }
    // Of the same hash and kind, or the free place for it.
    [[nodiscard]] std::size_t place_of(std::uint64_t hash, Kind kind) const {
        const std::uint64_t entry = (hash & ~kind_bits) | static_cast<std::uint64_t>(kind);
        std::size_t at = home(hash);
        while (places_[at] != 0 && places_[at] != entry)
            at = next(at);
        return at;
    }
    void grow() {
        std::vector<std::uint64_t> old(2 * places_.size());
        old.swap(places_);
        for (const std::uint64_t entry : old) {
            if (entry != 0) places_[place_of(entry, static_cast<Kind>(entry & kind_bits))] = entry;
        }
    }

    std::vector<std::uint64_t> places_;  // a power of two
    std::size_t used_ = 0;
};

Dictionary::Dictionary(const Secret& key, std::size_t most)
    : key_(std::make_unique<const HashKey>(key)),
      most_(most),
      table_(std::make_unique<HashTable>(smallest_table)) {}

Dictionary::~Dictionary() = default;

Result<void> Dictionary::insert(std::uint64_t hash, Kind kind) {
    for (HashTable* table : {table_.get(), next_.get()}) {
        if (table == nullptr) continue;
        if (table->used() >= most_) {
            overflowed_ = true;
            complete_ = false;
            return failure(ErrorKind::exhausted, "the dictionary of persons is full");
        }
        table->insert(hash, kind);
    }
    return {};
}

void Dictionary::note_shape(std::string_view text) {
    const auto digits = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
    shapes_.at(std::min(text.size(), longest)) |= std::uint64_t{1} << std::min(digits, longest);
}

Result<void> Dictionary::add(const model::Identity& identity) {
    auto entries = entries_of(identity);
    std::vector<std::pair<std::uint64_t, Kind>> hashes;
    for (auto& entry : entries) {
        note_shape(entry.text);
        hashes.emplace_back(key_->finish(key_->of(entry.text).value), entry.kind);
        wipe(entry.text.data(), entry.text.size());
    }
    if (const auto date = date_of(identity.birth_date))
        hashes.emplace_back(key_->of_date(*date), Kind::birth_date);
    const std::lock_guard lock(mutex_);
    for (const auto& [hash, kind] : hashes) {
        if (auto kept = insert(hash, kind); !kept) return kept;
    }
    return {};
}

void Dictionary::begin_fill() {
    const std::lock_guard lock(mutex_);
    next_ = std::make_unique<HashTable>(smallest_table);
    overflowed_ = false;
    stale_ = false;
}

void Dictionary::end_fill() {
    const std::lock_guard lock(mutex_);
    if (next_) table_ = std::move(next_);
    complete_ = !overflowed_;
}

std::size_t Dictionary::entries() const {
    const std::shared_lock lock(mutex_);
    return table_->used();
}

std::size_t Dictionary::octets() const {
    const std::shared_lock lock(mutex_);
    return table_->octets();
}

void Dictionary::look_up(std::span<const std::uint64_t> hashes, std::span<Kind> kinds) const {
    constexpr std::size_t ahead = 12;  // memory answers so many questions at once
    const std::shared_lock lock(mutex_);
    for (std::size_t i = 0; i < std::min(ahead, hashes.size()); ++i)
        table_->prefetch(hashes[i]);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        if (i + ahead < hashes.size()) table_->prefetch(hashes[i + ahead]);
        kinds[i] = table_->find(hashes[i]);
    }
}

}  // namespace edgeward::dlp
