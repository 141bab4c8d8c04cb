#include <charconv>
#include <compare>

#include "time_reader.hpp"

namespace edgeward::mapping {
namespace {

using model::Decimal;
using std::chrono::milliseconds;

constexpr Instant earliest{milliseconds(946684800000)};     // 2000-01-01
constexpr Instant latest{milliseconds(4102444800000 * 3)};  // 2359-12-31: fits the hours of an ObservationId
const Decimal& relative_limit() {                           // RFC 8428 §4.5.3
    static const Decimal limit = Decimal::from_integer(std::int64_t{1} << 28U);
    return limit;
}

int offset_at(Instant instant, std::string_view zone) {
    return zone == "UTC" ? 0 : zone_offset_minutes(instant, zone).value_or(0);
}

std::optional<milliseconds> to_milliseconds(const Decimal& number, std::int64_t factor) {
    const auto scaled = number.scaled(Decimal::from_integer(factor), Decimal(), 0);
    if (!scaled) return std::nullopt;
    const std::string& digits = scaled->text();
    std::int64_t count = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (read.ec != std::errc{}) return std::nullopt;
    return milliseconds(count);
}

MeasuredTime at(Instant instant, std::string_view zone, bool received = false) {
    return {{instant, offset_at(instant, zone)}, received};
}

std::optional<MeasuredTime> read_count(const TimeRule& rule, const Node& node, Instant received,
                                       std::string_view zone) {
    const auto number = Decimal::parse(node.text);
    if (!number) return std::nullopt;
    const auto count = to_milliseconds(*number, rule.format == TimeFormat::epoch_ms ? 1 : 1000);
    if (!count) return std::nullopt;
    const bool relative =
        rule.format == TimeFormat::senml && std::is_lt(Decimal::compare(*number, relative_limit()));
    if (!relative) return at(Instant(*count), zone);
    if (*count < milliseconds(-268435456000)) return std::nullopt;
    return at(received + *count, zone, true);
}

std::optional<MeasuredTime> read_stated(const TimeRule& rule, const Node& node, Instant received,
                                        std::string_view zone) {
    switch (rule.format) {
        case TimeFormat::rfc3339:
        case TimeFormat::local: {
            if (node.kind != NodeKind::text) return std::nullopt;
            const auto time = rule.format == TimeFormat::rfc3339
                                  ? parse_rfc3339(node.text)
                                  : parse_local_time(node.text, rule.zone.empty() ? zone : rule.zone);
            return time ? std::optional(MeasuredTime{*time, false}) : std::nullopt;
        }
        case TimeFormat::epoch_s:
        case TimeFormat::epoch_ms:
        case TimeFormat::senml:
            if (node.kind != NodeKind::number && node.kind != NodeKind::text) return std::nullopt;
            return read_count(rule, node, received, zone);
        case TimeFormat::receipt:
            return at(received, zone, true);
    }
    return std::nullopt;
}

}  // namespace

std::optional<MeasuredTime> read_time(const TimeRule& rule, const Node* node, Instant received,
                                      std::string_view zone) {
    if (rule.format == TimeFormat::receipt) return at(received, zone, true);
    if (node == nullptr) return std::nullopt;
    auto measured = read_stated(rule, *node, received, zone);
    if (!measured || measured->received) return measured;
    if (measured->time.utc < earliest || measured->time.utc > latest) return std::nullopt;
    return measured;
}

}  // namespace edgeward::mapping
