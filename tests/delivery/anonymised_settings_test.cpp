#include <edgeward/delivery/anonymised_settings.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include <edgeward/coding/code_table.hpp>
#include <edgeward/coding/units.hpp>

using namespace edgeward;
using namespace edgeward::delivery;

namespace {

std::vector<std::string> problems_of(std::string_view toml) {
    auto document = config::Document::parse(toml, "edgeward.toml");
    static_cast<void>(read_anonymised_settings(document.root().table("anonymised")));
    document.refuse_unread_keys();
    std::vector<std::string> problems;
    for (const auto& problem : document.problems())
        problems.push_back(problem.to_string());
    return problems;
}

bool says(const std::vector<std::string>& problems, std::string_view text) {
    return std::any_of(problems.begin(), problems.end(),
                       [&](const std::string& one) { return one.find(text) != std::string::npos; });
}

}  // namespace

TEST_CASE("what nobody configures is generalised anyway", "[anonymised_settings]") {
    auto document = config::Document::parse("", "edgeward.toml");
    const auto settings = read_anonymised_settings(document.root().table("anonymised"));
    CHECK(settings.time_grain == std::chrono::hours(1));
    CHECK(settings.shift_window == std::chrono::hours(24 * 365));
    CHECK(settings.shift_per == ShiftPer::report);
    CHECK(settings.ages.width == 10);
    CHECK(settings.ages.top == 90);
    CHECK(settings.places.empty());
    CHECK(document.problems().empty());
}

TEST_CASE("grain, shift, ages, places and bands are read", "[anonymised_settings]") {
    auto document = config::Document::parse(R"([anonymised]
time_grain = "24h"
shift_window = "90d"
shift_per = "subject"
age_band = 5
age_top = 85
[[anonymised.place]]
name = "intensive care"
wards = ["ITS1", "ITS2"]
[[anonymised.band]]
code = "2160-0"
unit = "mg/dL"
low = 0.50
high = 4
step = 0.1
)",
                                            "edgeward.toml");
    const auto settings = read_anonymised_settings(document.root().table("anonymised"));
    document.refuse_unread_keys();
    REQUIRE(document.problems().empty());
    CHECK(settings.time_grain == std::chrono::hours(24));
    CHECK(settings.shift_window == std::chrono::hours(24 * 90));
    CHECK(settings.shift_per == ShiftPer::subject);
    CHECK(settings.ages.width == 5);
    CHECK(settings.ages.top == 85);
    REQUIRE(settings.places.size() == 1);
    CHECK(settings.places[0].wards == std::vector<std::string>{"ITS1", "ITS2"});
    REQUIRE(settings.bands.size() == 1);
    CHECK(settings.bands[0].low.text() == "0.50");
    CHECK(settings.bands[0].high.text() == "4");
    CHECK(settings.bands[0].step.text() == "0.1");
}

TEST_CASE("what would generalise nothing is refused with what is expected", "[anonymised_settings]") {
    CHECK(says(problems_of("[anonymised]\nage_band = 1\n"), "age_band: expected 0 (no age) or 5 to 50"));
    CHECK(says(problems_of("[anonymised]\nage_top = 100\n"), "age_top"));
    CHECK(says(problems_of("[anonymised]\ntime_grain = \"1s\"\n"), "time_grain"));
    CHECK(says(problems_of("[anonymised]\nshift_window = \"1d\"\n"), "shift_window"));
    CHECK(says(problems_of("[[anonymised.place]]\nname = \"a\"\nwards = [\"ITS1\"]\n"), "two wards or more"));
    CHECK(says(problems_of("[[anonymised.place]]\nname = \"ITS1\"\nwards = [\"ITS1\", \"ITS2\"]\n"),
               "another name than that of a ward"));
    CHECK(says(problems_of("[[anonymised.place]]\nname = \"a\"\nwards = [\"1\", \"2\"]\n"
                           "[[anonymised.place]]\nname = \"b\"\nwards = [\"2\", \"3\"]\n"),
               "a ward is in two places"));
    const auto band = problems_of("[[anonymised.band]]\ncode = \"1-1\"\nlow = 5\nhigh = 5\nstep = 0\n");
    CHECK(says(band, "unit"));
    CHECK(says(band, "high: expected a number above low"));
    CHECK(says(band, "step: expected a number above 0"));
    CHECK(says(problems_of("[[anonymised.band]]\ncode = \"1-1\"\nunit = \"1\"\nlow = 5\n"),
               "high: expected a number, got nothing"));
}

// Against the table of clinical parameters, which is made from published sources.
TEST_CASE("every built-in band is of a known parameter in its own unit", "[anonymised_settings]") {
    CHECK(built_in_bands().size() > 40);
    for (const auto& band : built_in_bands()) {
        CAPTURE(band.code);
        const bool is_loinc = band.code.find('-') != std::string::npos;
        const auto* entry =
            is_loinc ? nullptr : coding::find_mdc(static_cast<std::uint32_t>(std::stoul(band.code)));
        if (is_loinc && !coding::find_loinc(band.code).empty()) entry = coding::find_loinc(band.code).front();
        if (band.code == "2708-6") continue;  // LOINC's own general code of FHIR; the table names its kinds
        REQUIRE(entry != nullptr);
        CHECK(entry->ucum == band.ucum);
        CHECK(model::Decimal::compare(band.low, band.high) == std::weak_ordering::less);
    }
}
