#include <array>
#include <cstdlib>

#include "date_time.hpp"

namespace edgeward::hl7 {

namespace {

void append_number(std::string& out, long long value, std::size_t digits) {
    std::array<char, 20> text{};
    for (std::size_t at = digits; at > 0; --at) {
        text[at - 1] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(text.data(), digits);
}

}  // namespace

std::string to_dtm(const ZonedTime& time) {
    const auto local = time.utc + std::chrono::minutes(time.offset_minutes);
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(local - day);
    std::string out;
    out.reserve(23);
    append_number(out, static_cast<int>(date.year()), 4);
    append_number(out, static_cast<unsigned>(date.month()), 2);
    append_number(out, static_cast<unsigned>(date.day()), 2);
    append_number(out, clock.hours().count(), 2);
    append_number(out, clock.minutes().count(), 2);
    append_number(out, clock.seconds().count(), 2);
    if (clock.subseconds().count() != 0) {
        out.push_back('.');
        append_number(out, clock.subseconds().count(), 3);
    }
    const int minutes = std::abs(time.offset_minutes);
    out.push_back(time.offset_minutes < 0 ? '-' : '+');
    append_number(out, minutes / 60, 2);
    append_number(out, minutes % 60, 2);
    return out;
}

}  // namespace edgeward::hl7
