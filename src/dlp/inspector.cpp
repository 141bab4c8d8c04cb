#include <edgeward/dlp/inspector.hpp>

#include <algorithm>
#include <chrono>
#include <set>

#include "decoding.hpp"
#include "folding.hpp"
#include "hash_key.hpp"
#include "patterns.hpp"
#include "place.hpp"
#include "tokens.hpp"

namespace edgeward::dlp {
namespace {

constexpr std::size_t longest_text = 64;  // of what is put together from pieces
constexpr std::uint32_t shortest_number = 8;
constexpr std::chrono::days recent{30};

// What the dictionary is asked about.
struct Question {
    std::uint32_t begin;
    std::uint32_t end;
    bool number;  // one token of digits
};

// Used again by every message of a thread.
struct Scratch {
    std::string folded;
    std::vector<Token> tokens;
    std::vector<Question> questions;
    std::vector<std::uint64_t> hashes;
    std::vector<Kind> kinds;
    Layer layers[2];
};

Scratch& scratch() {
    thread_local Scratch kept;
    return kept;
}

std::uint32_t date_number(Instant when) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(when));
    return static_cast<std::uint32_t>(static_cast<int>(date.year())) * 10000 +
           static_cast<unsigned>(date.month()) * 100 + static_cast<unsigned>(date.day());
}

// Tokens first … last put together, and what they are.
struct Pieces {
    std::size_t first;
    std::size_t last;
    std::uint32_t size;
    std::uint32_t digits;
    bool field;
    std::size_t dotted;
};

// Does the token go on with a row of numbers?
bool continues_number(std::span<const Token> tokens, std::size_t token) {
    return token > 0 && token < tokens.size() && tokens[token].joined && !tokens[token].field &&
           tokens[token].is_number() && tokens[token - 1].is_number();
}

// Numbers stand in rows and are split into groups everywhere: a group of them counts only when it stands
// alone and is neither a decimal number, an address, nor a date.
bool is_split_number(std::string_view folded, std::span<const Token> tokens, const Pieces& pieces) {
    const std::size_t count = pieces.last - pieces.first + 1;
    if (pieces.size < shortest_number) return false;
    if (pieces.field || continues_number(tokens, pieces.first) || continues_number(tokens, pieces.last + 1))
        return false;
    if (pieces.dotted == count - 1 && (count == 2 || count >= 4)) return false;
    return count != 3 || dates_at(folded, tokens, pieces.first).empty();
}

bool is_worth_asking(std::string_view folded, std::span<const Token> tokens, const Pieces& pieces) {
    if (pieces.digits == pieces.size) return is_split_number(folded, tokens, pieces);
    return pieces.digits > 0 || !pieces.field;
}

class Inspection {
public:
    Inspection(std::string_view message, const Dictionary& dictionary, const Detectors& detectors,
               const std::vector<std::string>& own, std::span<const std::string> own_here, Instant now)
        : message_(message), dictionary_(dictionary), detectors_(detectors), own_(own), scratch_(scratch()) {
        for (const auto& text : own_here)
            own_here_.push_back(fold(text));
        first_recent_ = date_number(now - recent);
    }

    std::vector<Finding> run() {
        std::string_view text = message_;
        const Layer* above = nullptr;
        std::size_t work = message_.size() + 4096;
        for (std::size_t depth = 0;; ++depth) {
            look_at(text);
            Layer& next = scratch_.layers[depth % 2];
            if (!decode(text, above, next)) break;
            if (next.opaque) add(Detector::opaque, next.opaque_at);
            if (next.text.empty()) break;
            if (depth == Inspector::deepest || next.text.size() > work * Inspector::most_work) {
                add(Detector::opaque, next.anchors.front().source);
                break;
            }
            Layer where;
            where.anchors = next.anchors;
            anchors_.push_back(std::move(where));
            above = &next;
            text = next.text;
        }
        return std::move(findings_);
    }

private:
    void look_at(std::string_view text) {
        text_ = text;
        fold(text, scratch_.folded);
        tokenize(scratch_.folded, dictionary_.key(), scratch_.tokens);
        look_for_patterns();
        ask_dictionary();
    }

    void look_for_patterns() {
        const std::string_view folded = scratch_.folded;
        const std::span<const Token> tokens = scratch_.tokens;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const Token& token = tokens[i];
            if (token.digits == 0 && token.size() != 1) continue;
            consider(Detector::kvnr, i, kvnr_at(folded, tokens, i));
            consider(Detector::iban, i, iban_at(folded, tokens, i));
            const char first = folded[token.begin];
            if (first == '0' || first == '4') consider(Detector::phone, i, phone_at(folded, tokens, i));
        }
        if (!detectors_.has(Detector::email)) return;
        for (std::size_t at = folded.find('@'); at != std::string_view::npos; at = folded.find('@', at + 1)) {
            if (is_email(folded, at)) report(Detector::email, at, at + 1);
        }
    }
    void consider(Detector detector, std::size_t first, std::size_t taken) {
        if (taken == 0 || !detectors_.has(detector)) return;
        report(detector, scratch_.tokens[first].begin, scratch_.tokens[first + taken - 1].end);
    }

    void ask_dictionary() {
        scratch_.questions.clear();
        scratch_.hashes.clear();
        const bool dates = detectors_.has(Detector::birth_date);
        for (std::size_t i = 0; i < scratch_.tokens.size(); ++i) {
            ask_from(i);
            if (dates) ask_dates(i);
        }
        scratch_.kinds.resize(scratch_.hashes.size());
        dictionary_.look_up(scratch_.hashes, scratch_.kinds);
        for (std::size_t i = 0; i < scratch_.kinds.size(); ++i) {
            if (scratch_.kinds[i] != Kind::none) judge(scratch_.questions[i], scratch_.kinds[i]);
        }
    }
    void ask(std::uint64_t hash, const Question& question) {
        scratch_.hashes.push_back(hash);
        scratch_.questions.push_back(question);
    }
    // The token, and it with those behind it.
    void ask_from(std::size_t first) {
        const std::span<const Token> tokens = scratch_.tokens;
        const HashKey& key = dictionary_.key();
        const Token& one = tokens[first];
        RollingHash hash = one.hash;
        if (one.length >= 4 && dictionary_.may_hold(one.length, one.digits))
            ask(key.finish(hash.value), {one.begin, one.end, one.is_number()});
        Pieces pieces{first, first, one.length, one.digits, false, 0};
        const std::size_t stop = std::min(first + Inspector::most_pieces, tokens.size());
        for (std::size_t i = first + 1; i < stop && tokens[i].joined; ++i) {
            hash = HashKey::join(hash, tokens[i].hash);
            pieces.last = i;
            pieces.size += tokens[i].length;
            pieces.digits += tokens[i].digits;
            pieces.field = pieces.field || tokens[i].field;
            pieces.dotted += tokens[i].dotted ? 1 : 0;
            if (pieces.size > longest_text) break;
            if (dictionary_.may_hold(pieces.size, pieces.digits) &&
                is_worth_asking(scratch_.folded, tokens, pieces))
                ask(key.finish(hash.value), {one.begin, tokens[i].end, false});
        }
    }
    void ask_dates(std::size_t first) {
        const std::span<const Token> tokens = scratch_.tokens;
        const Token& one = tokens[first];
        const bool whole = one.is_number() && one.size() == 8;
        if (!whole && (one.size() > 9 || first + 2 >= tokens.size() || !tokens[first + 2].is_number()))
            return;
        for (const std::uint32_t date : dates_at(scratch_.folded, tokens, first)) {
            const std::uint32_t end = whole ? one.end : tokens[first + 2].end;
            if (date < first_recent_) ask(dictionary_.key().of_date(date), {one.begin, end, false});
        }
    }

    void judge(const Question& question, Kind kind) {
        const Detector detector = kind == Kind::name         ? Detector::name
                                  : kind == Kind::birth_date ? Detector::birth_date
                                                             : Detector::identifier;
        if (!detectors_.has(detector)) return;
        if (anchors_.empty() && question.number) {
            const std::size_t begin = source_of(text_, question.begin);
            if (is_public_code(text_, begin, begin + (question.end - question.begin))) return;
            if (kind == Kind::number && is_measured(text_, begin)) return;
        }
        report(detector, question.begin, question.end);
    }

    // In the folded text of the layer that is looked at.
    void report(Detector detector, std::size_t begin, std::size_t end) {
        if (is_own(begin, end)) return;
        add(detector, source_of(text_, begin));
    }
    // Is it inside a text of ours?
    [[nodiscard]] bool is_own(std::size_t begin, std::size_t end) const {
        auto covers = [&](const std::string& own) {
            const std::string_view folded = scratch_.folded;
            if (own.size() < end - begin) return false;
            const std::size_t from = end > own.size() ? end - own.size() : 0;
            const std::size_t at =
                folded.substr(0, std::min(folded.size(), begin + own.size())).find(own, from);
            return at != std::string_view::npos && at <= begin;
        };
        return std::any_of(own_.begin(), own_.end(), covers) ||
               std::any_of(own_here_.begin(), own_here_.end(), covers);
    }

    // An offset of the layer that is looked at.
    void add(Detector detector, std::size_t offset) {
        if (findings_.size() >= Inspector::most_findings) return;
        for (auto layer = anchors_.rbegin(); layer != anchors_.rend(); ++layer)
            offset = layer->source_of(offset);
        std::string place =
            place_of(message_, offset, [this](std::string_view member) { return is_known(member); });
        const bool known = std::any_of(findings_.begin(), findings_.end(), [&](const Finding& one) {
            return one.detector == detector && one.place == place;
        });
        if (!known) findings_.push_back({detector, std::move(place)});
    }
    [[nodiscard]] bool is_known(std::string_view member) const {
        const HashKey& key = dictionary_.key();
        const std::uint64_t hash = key.finish(key.of(fold(member)).value);
        Kind kind = Kind::none;
        dictionary_.look_up({&hash, 1}, {&kind, 1});
        return kind != Kind::none;
    }

    const std::string_view message_;
    const Dictionary& dictionary_;
    const Detectors& detectors_;
    const std::vector<std::string>& own_;
    std::vector<std::string> own_here_;
    Scratch& scratch_;
    std::uint32_t first_recent_ = 0;
    std::string_view text_;       // of the layer that is looked at
    std::vector<Layer> anchors_;  // of all layers above it, without their texts
    std::vector<Finding> findings_;
};

}  // namespace

Inspector::Inspector(const Dictionary& dictionary, Detectors detectors, const std::vector<std::string>& own)
    : dictionary_(dictionary), detectors_(detectors) {
    for (const auto& text : own) {
        if (!text.empty()) own_.push_back(fold(text));
    }
}

std::vector<Finding> Inspector::inspect(std::string_view message, std::span<const std::string> own,
                                        Instant now) const {
    return Inspection(message, dictionary_, detectors_, own_, own, now).run();
}

}  // namespace edgeward::dlp
