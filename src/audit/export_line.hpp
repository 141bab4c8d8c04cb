#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/audit/record.hpp>

// The lines of the export format, written and read (docs/audit-format.md).
namespace edgeward::audit {

namespace export_word {
inline constexpr std::string_view header = "edgeward-audit-export";
inline constexpr std::string_view version = "1";
inline constexpr std::string_view record = "record";
inline constexpr std::string_view checkpoint = "checkpoint";
inline constexpr std::string_view end = "end";
inline constexpr char note_mark = '>';
}  // namespace export_word

// The readable columns of a record, each with the tab after it: everything before the canonical octets.
void append_readable(std::uint64_t sequence, Instant time, const Event& event, std::string& line);

// A record line taken apart. `readable` is compared with what the octets say, so that nothing readable can
// lie.
struct RecordLine {
    std::uint64_t sequence = 0;
    std::string_view readable;
    Bytes octets;
    crypto::Digest digest{};
};
std::optional<RecordLine> parse_record_line(std::string_view line);

struct HeaderLine {
    std::string origin;
    std::uint64_t first = 0;
    crypto::Digest previous{};
};
std::optional<HeaderLine> parse_header_line(std::string_view line);

struct EndLine {
    std::uint64_t last = 0;
    crypto::Digest head{};
};
std::optional<EndLine> parse_end_line(std::string_view line);

// Lower-case hexadecimal of exactly 32 octets; whole decimal number without leading zeros.
bool read_digest(std::string_view hex, crypto::Digest& digest);
bool read_number(std::string_view text, std::uint64_t& number);

}  // namespace edgeward::audit
