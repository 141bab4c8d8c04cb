#include <edgeward/model/age_band.hpp>

#include <algorithm>
#include <chrono>

namespace edgeward::model {
namespace {

using std::chrono::year_month_day;

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
    const auto born = parse_date(birth_date);
    if (!born) return std::nullopt;
    const year_month_day today(std::chrono::floor<std::chrono::days>(when));
    const int youngest = age_on(today, born->last);
    const int oldest = age_on(today, born->first);
    if (youngest < 0) return std::nullopt;
    const AgeBand band = band_of(youngest, banding);
    if (band != band_of(oldest, banding)) return std::nullopt;
    return band;
}

}  // namespace edgeward::model
