#include "decoding.hpp"

#include <algorithm>
#include <array>

#include "escapes.hpp"

namespace edgeward::dlp {
namespace {

constexpr std::size_t shortest_run = 8;
constexpr std::size_t shortest_opaque = 16;
constexpr std::size_t shortest_wrapped = 60;

// The whole text with its escapes resolved, when there is one.
bool unescape(std::string_view raw, Layer& into) {
    bool any = false;
    std::size_t kept = 0;
    for (std::size_t at = 0; at < raw.size();) {
        if (raw[at] != '\\' && raw[at] != '&' && raw[at] != '%') {
            ++at;
            continue;
        }
        const auto replacement = replacement_at(raw.substr(at));
        if (!replacement) {
            ++at;
            continue;
        }
        if (!any) into.anchors.push_back({0, 0, 0});
        any = true;
        into.text += raw.substr(kept, at - kept);
        const std::size_t from = into.text.size();
        into.text += replacement->text;
        at += replacement->taken;
        kept = at;
        into.anchors.push_back({static_cast<std::uint32_t>(from),
                                static_cast<std::uint32_t>(into.text.size()),
                                static_cast<std::uint32_t>(at)});
    }
    if (any) into.text += raw.substr(kept);
    into.copied = static_cast<std::uint32_t>(into.text.size());
    return any;
}

constexpr std::array<std::int8_t, 256> alphabet() {
    std::array<std::int8_t, 256> values{};
    for (auto& value : values)
        value = -1;
    constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < standard.size(); ++i)
        values[static_cast<unsigned char>(standard[i])] = static_cast<std::int8_t>(i);
    values['-'] = 62;
    values['_'] = 63;
    return values;
}
constexpr std::array<std::int8_t, 256> base64_values = alphabet();

int value_of(char c) {
    return base64_values[static_cast<unsigned char>(c)];
}

bool is_compressed(std::string_view octets) {
    using namespace std::string_view_literals;
    // At least three octets each, so that no word begins so by chance; raw zlib has two.
    constexpr std::array<std::string_view, 11> beginnings{"\x1F\x8B\x08"sv,
                                                          "PK\x03\x04"sv,
                                                          "%PDF"sv,
                                                          "BZh9"sv,
                                                          "\xFD"
                                                          "7zXZ"sv,
                                                          "\x28\xB5\x2F\xFD"sv,
                                                          "\x89PNG"sv,
                                                          "\xFF\xD8\xFF"sv,
                                                          "\xD0\xCF\x11\xE0"sv,
                                                          "{\\rtf"sv,
                                                          "7z\xBC\xAF"sv};
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [octets](std::string_view one) { return octets.starts_with(one); });
}

// How many octets a character of UTF-8 has that begins so; 0: none begins so.
std::size_t length_of_character(unsigned char first) {
    if (first < 0x80) return 1;
    if (first < 0xC2 || first >= 0xF5) return 0;
    if (first < 0xE0) return 2;
    return first < 0xF0 ? 3 : 4;
}

bool goes_on(char octet) {
    return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U;
}

// RFC 3629 but for overlong forms and surrogates.
bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t octets = length_of_character(static_cast<unsigned char>(text.front()));
        if (octets == 0 || octets > text.size()) return false;
        if (!std::ranges::all_of(text.substr(1, octets - 1), goes_on)) return false;
        text.remove_prefix(octets);
    }
    return true;
}

bool is_control(unsigned char c) {
    return c == 0x7F || (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != 0);
}

// Decodes until a control character shows that this is no text. `compressed`: so it begins.
bool decode_run(std::string_view run, std::string& into, bool& compressed) {
    const std::size_t begin = into.size();
    std::uint32_t bits = 0;
    unsigned have = 0;
    std::size_t plain = 0;
    bool text = true;
    for (const char c : run) {
        const int value = value_of(c);
        if (value < 0) continue;  // a line's end
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        have += 6;
        if (have < 8) continue;
        have -= 8;
        const auto octet = static_cast<unsigned char>(bits >> have & 0xFFU);
        text = text && !is_control(octet);
        if (!text && into.size() - begin >= 8) break;
        into.push_back(static_cast<char>(octet));
        if (octet < 0x80) ++plain;
    }
    const std::string_view decoded = std::string_view(into).substr(begin);
    compressed = run.size() >= shortest_opaque && is_compressed(decoded);
    if (text && !compressed && (3 * plain >= 2 * decoded.size() || is_utf8(decoded))) return true;
    into.resize(begin);
    return false;
}

std::size_t run_end(std::string_view raw, std::size_t begin) {
    std::size_t line = begin;
    std::size_t at = begin;
    for (;;) {
        while (at < raw.size() && value_of(raw[at]) >= 0)
            ++at;
        std::size_t next = at;
        while (next < raw.size() && next - at < 2 && (raw[next] == '\r' || raw[next] == '\n'))
            ++next;
        const bool wrapped =
            next > at && at - line >= shortest_wrapped && next < raw.size() && value_of(raw[next]) >= 0;
        if (!wrapped) return at;
        at = next;
        line = next;
    }
}

bool take_run(std::string_view raw, std::size_t begin, std::size_t end, Layer& into) {
    if (end - begin < shortest_run) return false;
    const std::size_t before = into.text.size();
    into.text.push_back('\n');
    const std::size_t here = into.text.size();
    bool compressed = false;
    const bool text = decode_run(raw.substr(begin, end - begin), into.text, compressed);
    if (compressed && !into.opaque) {
        into.opaque = true;
        into.opaque_at = static_cast<std::uint32_t>(begin);
    }
    if (!text) {
        into.text.resize(before);
        return false;
    }
    const auto place = static_cast<std::uint32_t>(here);
    into.anchors.push_back({place, place, static_cast<std::uint32_t>(begin)});
    return true;
}

// A run with - and _ may be base64url, or words that they part; a run of lines may be wrapped, or not.
bool take_parts(std::string_view raw, std::size_t begin, std::size_t end, Layer& into) {
    bool any = false;
    std::size_t part = begin;
    for (std::size_t at = begin; at <= end; ++at) {
        if (at < end && std::string_view("-_\r\n").find(raw[at]) == std::string_view::npos) continue;
        if (part != begin || at != end) any = take_run(raw, part, at, into) || any;
        part = at + 1;
    }
    return any;
}

// Did the run stand in the layer above just as it is?
bool was_there(const Layer* above, std::size_t begin, std::size_t end) {
    if (above == nullptr || begin >= above->copied) return false;
    const auto touching = std::lower_bound(
        above->anchors.begin(), above->anchors.end(), begin,
        [](const Layer::Anchor& anchor, std::size_t wanted) { return anchor.here < wanted; });
    // The first anchor is the beginning of the text.
    const auto first =
        touching == above->anchors.begin() && touching != above->anchors.end() ? touching + 1 : touching;
    return first == above->anchors.end() || first->from > end;
}

bool unwrap_base64(std::string_view raw, const Layer* above, Layer& into) {
    bool any = false;
    std::size_t at = 0;
    while (at < raw.size()) {
        if (value_of(raw[at]) < 0) {
            ++at;
            continue;
        }
        const std::size_t end = run_end(raw, at);
        if (end - at >= shortest_run && !was_there(above, at, end)) {
            any = take_run(raw, at, end, into) || any;
            any = take_parts(raw, at, end, into) || any;
        }
        at = end;
    }
    return any;
}

}  // namespace

void Layer::clear() {
    text.clear();
    anchors.clear();
    copied = 0;
    opaque = false;
}

std::size_t Layer::source_of(std::size_t offset) const {
    auto after =
        std::upper_bound(anchors.begin(), anchors.end(), offset,
                         [](std::size_t wanted, const Anchor& anchor) { return wanted < anchor.here; });
    if (after == anchors.begin()) return offset;
    --after;
    // Inside base64 its beginning is near enough; behind an escape the distance is exact.
    return after->source + (offset - after->here);
}

bool decode(std::string_view raw, const Layer* above, Layer& into) {
    into.clear();
    const bool escaped = unescape(raw, into);
    const bool unwrapped = unwrap_base64(raw, above, into);
    return escaped || unwrapped || into.opaque;
}

}  // namespace edgeward::dlp
