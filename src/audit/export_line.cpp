#include "export_line.hpp"

#include <algorithm>
#include <charconv>

namespace edgeward::audit {
namespace {

constexpr std::string_view nothing = "-";

template <std::size_t N>
bool split(std::string_view line, std::array<std::string_view, N>& columns) {
    for (std::size_t i = 0; i + 1 < N; ++i) {
        const std::size_t tab = line.find('\t');
        if (tab == std::string_view::npos) return false;
        columns[i] = line.substr(0, tab);
        line.remove_prefix(tab + 1);
    }
    columns[N - 1] = line;
    return line.find('\t') == std::string_view::npos;
}

bool is_lower_hex(std::string_view hex) {
    return std::all_of(hex.begin(), hex.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

bool read_number(std::string_view text, std::uint64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() &&
           (text.size() == 1 || text.front() != '0');
}

bool read_digest(std::string_view hex, crypto::Digest& digest) {
    Bytes octets;
    if (hex.size() != 2 * digest.size() || !is_lower_hex(hex) || !from_hex(hex, octets)) return false;
    std::copy(octets.begin(), octets.end(), digest.begin());
    return true;
}

void append_readable(std::uint64_t sequence, Instant time, const Event& event, std::string& line) {
    const auto column = [&line](std::string_view text) { line.append(text).push_back('\t'); };
    column(export_word::record);
    column(std::to_string(sequence));
    column(to_rfc3339(time));
    column(event.actor);
    column(name_of(event.action));
    column(name_of(event.outcome));
    column(std::to_string(event.count));
    column(event.subject ? std::string_view(to_hex(event.subject->octets())) : nothing);
    column(event.object);
    column(event.rule);
    column(event.details == crypto::Digest{} ? nothing : std::string_view(to_hex(event.details)));
}

std::optional<RecordLine> parse_record_line(std::string_view line) {
    const std::size_t before_digest = line.rfind('\t');
    if (before_digest == std::string_view::npos || before_digest == 0) return std::nullopt;
    const std::size_t before_octets = line.rfind('\t', before_digest - 1);
    if (before_octets == std::string_view::npos) return std::nullopt;
    RecordLine parsed;
    parsed.readable = line.substr(0, before_octets + 1);
    const std::string_view octets = line.substr(before_octets + 1, before_digest - before_octets - 1);
    if (!is_lower_hex(octets) || !from_hex(octets, parsed.octets)) return std::nullopt;
    if (!read_digest(line.substr(before_digest + 1), parsed.digest)) return std::nullopt;
    std::string_view rest =
        parsed.readable.substr(std::min(export_word::record.size() + 1, parsed.readable.size()));
    if (!read_number(rest.substr(0, rest.find('\t')), parsed.sequence)) return std::nullopt;
    return parsed;
}

std::optional<HeaderLine> parse_header_line(std::string_view line) {
    std::array<std::string_view, 5> columns;
    if (!split(line, columns) || columns[0] != export_word::header || columns[1] != export_word::version)
        return std::nullopt;
    HeaderLine header;
    header.origin = columns[2];
    if (!read_number(columns[3], header.first) || header.first == 0 ||
        !read_digest(columns[4], header.previous))
        return std::nullopt;
    return header;
}

std::optional<EndLine> parse_end_line(std::string_view line) {
    std::array<std::string_view, 3> columns;
    EndLine end;
    if (!split(line, columns) || columns[0] != export_word::end) return std::nullopt;
    if (!read_number(columns[1], end.last) || !read_digest(columns[2], end.head)) return std::nullopt;
    return end;
}

}  // namespace edgeward::audit
