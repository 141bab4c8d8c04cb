#include <edgeward/model/age_band.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace edgeward::model {
namespace {

using std::chrono::year_month_day;

std::optional<int> number_of(std::string_view digits) {
    int number = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || number < 0) return std::nullopt;
    return number;
}

struct BirthSpan {
    year_month_day earliest;
    year_month_day latest;
};

std::optional<BirthSpan> birth_span(std::string_view date) {
    using std::chrono::day;
    using std::chrono::last;
    using std::chrono::month;
    using std::chrono::year;
    if (date.size() != 4 && date.size() != 7 && date.size() != 10) return std::nullopt;
    if ((date.size() > 4 && date[4] != '-') || (date.size() > 7 && date[7] != '-')) return std::nullopt;
    const auto years = number_of(date.substr(0, 4));
    const auto months = date.size() > 4 ? number_of(date.substr(5, 2)) : std::optional(0);
    const auto days = date.size() > 7 ? number_of(date.substr(8, 2)) : std::optional(0);
    if (!years || !months || !days) return std::nullopt;
    const year in(*years);
    if (date.size() == 4) return BirthSpan{in / 1 / 1, in / 12 / 31};
    const month named(static_cast<unsigned>(*months));
    if (!named.ok()) return std::nullopt;
    if (date.size() == 7) return BirthSpan{in / named / 1, in / named / last};
    const year_month_day whole = in / named / day(static_cast<unsigned>(*days));
    if (!whole.ok()) return std::nullopt;
    return BirthSpan{whole, whole};
}

int age_on(const year_month_day& today, const year_month_day& born) {
    const int years = static_cast<int>(today.year()) - static_cast<int>(born.year());
    const bool before_birthday =
        today.month() < born.month() || (today.month() == born.month() && today.day() < born.day());
    return before_birthday ? years - 1 : years;
}

AgeBand band_of(int age, const AgeBanding& banding) {
    if (age >= banding.top) return {banding.top, std::nullopt};
    const int from = age / banding.width * banding.width;
    return {from, std::min(from + banding.width, banding.top) - 1};
}

}  // namespace

std::optional<AgeBand> age_band(std::string_view birth_date, Instant when, const AgeBanding& banding) {
    if (banding.width <= 0) return std::nullopt;
    const auto born = birth_span(birth_date);
    if (!born) return std::nullopt;
    const year_month_day today(std::chrono::floor<std::chrono::days>(when));
    const int youngest = age_on(today, born->latest);
    const int oldest = age_on(today, born->earliest);
    if (youngest < 0) return std::nullopt;
    const AgeBand band = band_of(youngest, banding);
    if (band != band_of(oldest, banding)) return std::nullopt;
    return band;
}

}  // namespace edgeward::model
