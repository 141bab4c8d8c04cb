#include "period.hpp"

#include <chrono>

namespace edgeward::fhir {
namespace {

using std::chrono::sys_days;

constexpr std::size_t with_year = 4;
constexpr std::size_t with_month = 7;
constexpr std::size_t with_day = 10;
constexpr std::size_t with_second = 19;

Result<Span> not_one() {
    return failure(ErrorKind::invalid_input,
                   "expected a dateTime such as 2022-01-31 or 2022-01-31T08:00:00+01:00");
}

// The first moment of a day in the zone.
Result<Instant> begin_of(sys_days date, std::string_view zone) {
    const Instant as_utc = date;
    auto offset = zone_offset_minutes(as_utc, zone);
    if (!offset) return failure(std::move(offset.error()));
    offset = zone_offset_minutes(as_utc - std::chrono::minutes(*offset), zone);
    if (!offset) return failure(std::move(offset.error()));
    return as_utc - std::chrono::minutes(*offset);
}

Result<Span> between(sys_days first, sys_days after, std::string_view zone) {
    const auto from = begin_of(first, zone);
    if (!from) return failure(from.error());
    const auto until = begin_of(after, zone);
    if (!until) return failure(until.error());
    return Span{*from, *until};
}

Result<Span> read_date(std::string_view text, std::string_view zone) {
    const auto days = parse_date(text);
    if (!days || std::chrono::year_month_day(days->first).year() == std::chrono::year(0)) return not_one();
    return between(days->first, days->last + std::chrono::days(1), zone);
}

}  // namespace

Result<Span> read_date_time(std::string_view text, std::string_view zone) {
    if (text.size() == with_year || text.size() == with_month || text.size() == with_day)
        return read_date(text, zone);
    if (text.size() <= with_second || text[with_day] != 'T' || text[with_second - 3] != ':') return not_one();
    const auto read = parse_rfc3339(text);
    if (!read) return not_one();
    const bool to_the_second = text[with_second] != '.';
    const std::chrono::milliseconds precision(to_the_second ? 1000 : 1);
    return Span{read->utc, read->utc + precision};
}

}  // namespace edgeward::fhir
