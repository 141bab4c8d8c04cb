#include "message.hpp"

#include <algorithm>
#include <optional>

#include "escape_sequence.hpp"

namespace edgeward::hl7 {

namespace {

constexpr std::size_t max_segments = 50'000;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

// The n-th part, from 1; empty when there is none.
std::string_view part(std::string_view text, char separator, std::size_t number) noexcept {
    for (; number > 1; --number) {
        const auto at = text.find(separator);
        if (at == std::string_view::npos) return {};
        text.remove_prefix(at + 1);
    }
    return number == 0 ? std::string_view{} : text.substr(0, text.find(separator));
}

// MSH|^~\& : MSH-2 may be shorter; what it leaves out keeps its usual sign.
std::optional<Delimiters> read_delimiters(std::string_view text) {
    if (!text.starts_with("MSH") || text.size() < 5) return std::nullopt;
    Delimiters found;
    found.field = text[3];
    const auto end = std::min(text.find(found.field, 4), text.find_first_of("\r\n", 4));
    const auto signs = text.substr(4, end == std::string_view::npos ? end : end - 4);
    if (signs.empty()) return std::nullopt;
    found.component = signs[0];
    if (signs.size() > 1) found.repetition = signs[1];
    if (signs.size() > 2) found.escape = signs[2];
    if (signs.size() > 3) found.subcomponent = signs[3];
    return found;
}

std::optional<char> from_hex_pair(char high, char low) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return -1;
    };
    const int h = digit(high);
    const int l = digit(low);
    if (h < 0 || l < 0) return std::nullopt;
    return static_cast<char>(h * 16 + l);
}

// Xdd… without its X; nothing when it is not pairs of hexadecimal digits.
std::optional<std::string> from_hex_sequence(std::string_view digits) {
    if (digits.empty() || digits.size() % 2 != 0) return std::nullopt;
    std::string octets;
    for (; !digits.empty(); digits.remove_prefix(2)) {
        const auto octet = from_hex_pair(digits[0], digits[1]);
        if (!octet) return std::nullopt;
        octets.push_back(*octet);
    }
    return octets;
}

// What stands between two escape signs; nothing for a sequence that is passed through.
std::optional<std::string> resolve(std::string_view sequence, const Delimiters& delimiters) {
    if (sequence == "F") return std::string(1, delimiters.field);
    if (sequence == "S") return std::string(1, delimiters.component);
    if (sequence == "T") return std::string(1, delimiters.subcomponent);
    if (sequence == "R") return std::string(1, delimiters.repetition);
    if (sequence == "E") return std::string(1, delimiters.escape);
    if (sequence.starts_with('X')) return from_hex_sequence(sequence.substr(1));
    return std::nullopt;
}

}  // namespace

Segment::Segment(std::string_view text, const Delimiters& delimiters) : delimiters_(delimiters) {
    auto parts = split(text, delimiters.field);
    name_ = parts.front();
    // MSH-1 is the separator itself, which splitting has eaten; put it in the place of the name.
    if (name_ != "MSH")
        parts.erase(parts.begin());
    else
        parts.front() = text.substr(name_.size(), 1);
    fields_ = std::move(parts);
}

std::string_view Segment::field(std::size_t number) const noexcept {
    return number == 0 || number > fields_.size() ? std::string_view{} : fields_[number - 1];
}

std::vector<std::string_view> Segment::repetitions(std::size_t number) const {
    const auto text = field(number);
    return text.empty() ? std::vector<std::string_view>{} : split(text, delimiters_.repetition);
}

std::string_view Segment::raw_component(std::size_t number, std::size_t component,
                                        std::size_t repetition) const noexcept {
    return part(part(field(number), delimiters_.repetition, repetition + 1), delimiters_.component,
                component);
}

std::string Segment::component(std::size_t number, std::size_t component, std::size_t repetition) const {
    return unescape(raw_component(number, component, repetition), delimiters_);
}

std::vector<std::string> Segment::components(std::size_t number) const {
    std::vector<std::string> all;
    for (const auto component : split(part(field(number), delimiters_.repetition, 1), delimiters_.component))
        all.push_back(unescape(component, delimiters_));
    return all;
}

std::string Segment::subcomponent(std::size_t number, std::size_t component, std::size_t subcomponent,
                                  std::size_t repetition) const {
    return unescape(
        part(raw_component(number, component, repetition), delimiters_.subcomponent, subcomponent),
        delimiters_);
}

Result<Message> Message::parse(std::string_view octets) {
    const auto delimiters = read_delimiters(octets);
    if (!delimiters)
        return failure(ErrorKind::invalid_input, "not an HL7 v2 message: no MSH with delimiters");
    Message message;
    message.delimiters_ = *delimiters;
    while (!octets.empty()) {
        const auto end = octets.find_first_of("\r\n");
        const auto line = octets.substr(0, end);
        if (!line.empty()) message.segments_.emplace_back(line, *delimiters);
        if (message.segments_.size() > max_segments) {
            return failure(ErrorKind::invalid_input, "HL7 v2 message has too many segments");
        }
        octets.remove_prefix(end == std::string_view::npos ? octets.size() : end + 1);
    }
    return message;
}

const Segment* Message::find(std::string_view name) const noexcept {
    const auto found = std::find_if(segments_.begin(), segments_.end(),
                                    [&](const Segment& one) { return one.name() == name; });
    return found == segments_.end() ? nullptr : &*found;
}

std::string_view without_prelude(std::string_view octets) noexcept {
    if (octets.starts_with("\xEF\xBB\xBF")) octets.remove_prefix(3);
    const auto first = octets.find_first_not_of("\r\n\t ");
    return first == std::string_view::npos ? std::string_view() : octets.substr(first);
}

std::string unescape(std::string_view text, const Delimiters& delimiters) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto open = text.find(delimiters.escape);
        out.append(text.substr(0, open));
        if (open == std::string_view::npos) break;
        text.remove_prefix(open);
        const auto close = text.find(delimiters.escape, 1);
        const auto resolved =
            close == std::string_view::npos ? std::nullopt : resolve(text.substr(1, close - 1), delimiters);
        // A sequence that is not ours keeps both its signs, so that no later text is taken for a sequence.
        const std::size_t taken = close == std::string_view::npos ? 1 : close + 1;
        out.append(resolved ? std::string_view(*resolved) : text.substr(0, taken));
        text.remove_prefix(taken);
    }
    return out;
}

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char octet : text)
        append_escaped(out, octet);
    return out;
}

}  // namespace edgeward::hl7
