#include <edgeward/delivery/anonymised_settings.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace edgeward::delivery {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

struct Row {
    std::string_view ucum;
    std::string_view low;
    std::string_view high;
    std::string_view step;
    std::vector<std::string> codes;
};

model::Decimal number(std::string_view text) {
    return model::Decimal::parse(text).value();
}

// Ours, after the ranges in which most adults on monitors lie; no percentiles of any hospital.
std::vector<ValueBand> make_bands() {
    const std::vector<Row> rows{
        {"/min", "40", "180", "1", {"8867-4", "8889-8", "147842", "149514", "149530", "149546"}},
        {"%", "70", "100", "1", {"2708-6", "59408-5", "150324", "150456"}},
        {"/min", "6", "45", "1", {"9279-1", "151562", "151570"}},
        {"Cel",
         "33.0",
         "41.0",
         "0.1",
         {"8310-5", "8329-5", "8332-9", "150344", "150364", "150368", "188420"}},
        {"mm[Hg]", "70", "220", "1", {"8480-6", "76534-7", "76215-3", "150017", "150021", "150033"}},
        {"mm[Hg]", "30", "130", "1", {"8462-4", "76535-4", "76213-8", "150018", "150022", "150034"}},
        {"mm[Hg]", "45", "160", "1", {"8478-0", "76536-2", "76214-6", "150019", "150023", "150035"}},
        {"mm[Hg]", "15", "70", "1", {"19891-1", "151708"}},
        {"kg", "40", "130", "5", {"29463-7", "188736"}},
        {"cm", "145", "200", "5", {"8302-2", "188740"}},
    };
    std::vector<ValueBand> bands;
    for (const auto& row : rows) {
        for (const auto& code : row.codes)
            bands.push_back(
                {code, std::string(row.ucum), number(row.low), number(row.high), number(row.step)});
    }
    return bands;
}

model::Decimal read_number(config::Section& section, std::string_view key, std::string_view fallback) {
    const auto text = section.number_text(key);
    if (!text && fallback.empty()) section.problem(key, "expected a number, got nothing");
    auto read = model::Decimal::parse(text ? *text : fallback.empty() ? "0" : std::string(fallback));
    if (read) return *std::move(read);
    section.problem(key, "expected a number");
    return {};
}

ValueBand read_band(config::Section section) {
    ValueBand band;
    band.code = section.required_text("code", "a LOINC or MDC code");
    band.ucum = section.required_text("unit", "the UCUM unit of the limits");
    band.low = read_number(section, "low", "");
    band.high = read_number(section, "high", "");
    band.step = read_number(section, "step", "1");
    if (model::Decimal::compare(band.low, band.high) != std::weak_ordering::less)
        section.problem("high", "expected a number above low");
    if (model::Decimal::compare(band.step, {}) != std::weak_ordering::greater)
        section.problem("step", "expected a number above 0");
    return band;
}

std::vector<Place> read_places(config::Section& section) {
    std::vector<Place> places;
    std::set<std::string> taken;
    for (auto table : section.tables("place")) {
        Place place;
        place.name = table.required_text("name", "a name for the wards together");
        place.wards = table.texts("wards");
        if (place.wards.size() < 2)
            table.problem("wards", "expected two wards or more: one alone is no generalisation");
        for (const auto& ward : place.wards) {
            if (!taken.insert(ward).second) table.problem("wards", "a ward is in two places");
            if (ward == place.name) table.problem("name", "expected another name than that of a ward");
        }
        places.push_back(std::move(place));
    }
    return places;
}

}  // namespace

const std::vector<ValueBand>& built_in_bands() {
    static const std::vector<ValueBand> bands = make_bands();
    return bands;
}

AnonymisedSettings read_anonymised_settings(config::Section section) {
    AnonymisedSettings settings;
    settings.time_grain = section.duration("time_grain", hours(1), minutes(1), hours(24 * 31));
    settings.shift_window =
        section.duration("shift_window", hours(24 * 365), hours(24 * 30), hours(24 * 3650));
    const bool subject = section.choice("shift_per", "report", {"report", "subject"}) == "subject";
    settings.shift_per = subject ? ShiftPer::subject : ShiftPer::report;
    settings.ages.width = static_cast<int>(section.whole_number("age_band", 10, 0, 50));
    if (settings.ages.width > 0 && settings.ages.width < 5)
        section.problem("age_band", "expected 0 (no age) or 5 to 50 years");
    settings.ages.top = static_cast<int>(section.whole_number("age_top", 90, 50, 90));
    settings.places = read_places(section);
    for (const auto& table : section.tables("band"))
        settings.bands.push_back(read_band(table));
    return settings;
}

}  // namespace edgeward::delivery
