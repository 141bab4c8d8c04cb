#include <algorithm>
#include <cstdlib>
#include <optional>

#include <edgeward/core/text.hpp>

#include "date_time.hpp"
#include "message.hpp"

namespace edgeward::hl7 {

namespace {

bool are_digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// [+/-ZZZZ] as RFC 3339 has it; nothing when it is neither that nor empty.
std::optional<std::string> offset_of(std::string_view zone) {
    if (zone.empty()) return std::string();
    if (zone.size() != 5 || !are_digits(zone.substr(1))) return std::nullopt;
    return std::string(zone.substr(0, 3)).append(":").append(zone.substr(3));
}

bool is_offset(std::string_view zone) {
    return zone.starts_with('+') || zone.starts_with('-');
}

// [.S[S[S[S]]]], one to four digits.
bool is_fraction(std::string_view text) {
    return text.empty() ||
           (text.size() >= 2 && text.size() <= 5 && text.front() == '.' && are_digits(text.substr(1)));
}

}  // namespace

std::string to_dtm(const ZonedTime& time) {
    const auto local = time.utc + std::chrono::minutes(time.offset_minutes);
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(local - day);
    std::string out;
    out.reserve(23);
    const auto add = [&out](auto number, std::size_t digits) {
        append_padded(out, static_cast<std::uint64_t>(number), digits);
    };
    add(std::abs(static_cast<int>(date.year())), 4);
    add(static_cast<unsigned>(date.month()), 2);
    add(static_cast<unsigned>(date.day()), 2);
    add(clock.hours().count(), 2);
    add(clock.minutes().count(), 2);
    add(clock.seconds().count(), 2);
    if (clock.subseconds().count() != 0) {
        out.push_back('.');
        add(clock.subseconds().count(), 3);
    }
    const int minutes = std::abs(time.offset_minutes);
    out.push_back(time.offset_minutes < 0 ? '-' : '+');
    add(minutes / 60, 2);
    add(minutes % 60, 2);
    return out;
}

Result<ZonedTime> parse_dtm(std::string_view text, std::string_view zone) {
    const auto refused = [] {
        return failure(ErrorKind::invalid_input, "expected YYYYMMDDHHMM[SS[.SSSS]][+/-ZZZZ]");
    };
    const auto sign = text.find_first_of("+-");
    const auto local = text.substr(0, sign);
    const auto offset = offset_of(sign == std::string_view::npos ? std::string_view() : text.substr(sign));
    const auto point = local.find('.');
    const auto digits = local.substr(0, point);
    const auto fraction = point == std::string_view::npos ? std::string_view() : local.substr(point);
    const bool has_seconds = digits.size() == 14;
    if (!offset || !are_digits(digits) || (digits.size() != 12 && !has_seconds)) return refused();
    if (!is_fraction(fraction) || (!fraction.empty() && !has_seconds)) return refused();
    std::string iso;
    iso.append(digits.substr(0, 4)).append("-").append(digits.substr(4, 2)).append("-");
    iso.append(digits.substr(6, 2)).append("T").append(digits.substr(8, 2)).append(":");
    iso.append(digits.substr(10, 2));
    if (has_seconds) iso.append(":").append(digits.substr(12, 2)).append(fraction);
    if (!offset->empty()) return parse_rfc3339(iso + *offset);
    const auto meant = is_offset(zone) ? offset_of(zone) : std::nullopt;
    return meant ? parse_rfc3339(iso + *meant) : parse_local_time(iso, zone);
}

std::string zone_of_message(std::string_view msh_7, std::string_view zone) {
    std::string own(zone);
    const auto sign = msh_7.find_first_of("+-");
    const auto stated = sign == std::string_view::npos ? std::string_view() : msh_7.substr(sign);
    const auto time = parse_dtm(msh_7, own);
    if (!time || stated.empty() || stated == "-0000") return own;
    const auto offset = zone_offset_minutes(time->utc, own);
    return offset && *offset == time->offset_minutes ? own : std::string(stated);
}

std::string zone_of_times(const Message& message, const std::string& zone, bool zone_holds) {
    return zone_holds ? zone : zone_of_message(message.segments().front().component(7, 1), zone);
}

std::string day_of_dtm(std::string_view text) {
    const auto digits = text.substr(0, std::min<std::size_t>(8, text.find_first_not_of("0123456789")));
    if (digits.size() < 4) return {};
    std::string day(digits.substr(0, 4));
    if (digits.size() >= 6) day.append("-").append(digits.substr(4, 2));
    if (digits.size() == 8) day.append("-").append(digits.substr(6, 2));
    return day;
}

}  // namespace edgeward::hl7
