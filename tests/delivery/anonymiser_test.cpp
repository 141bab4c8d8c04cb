#include "anonymiser.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/pseudonym/pseudonymizer.hpp>

using namespace edgeward;
using namespace edgeward::delivery;

namespace {

const std::vector<std::string> no_codes;

model::Decimal number(std::string_view text) {
    return model::Decimal::parse(text).value();
}

model::Quantity quantity(std::string_view value, std::string ucum = "/min", std::string comparator = {}) {
    return {number(value), std::move(ucum), std::move(comparator)};
}

model::Observation heart_rate(std::string_view value = "62.80") {
    model::Observation made;
    made.code = {147842, "MDC_OF_A_MAPPING", "8867-4", {}, "Canaryname's heart", "urn:vendor", "HR-CANARY"};
    made.value = quantity(value);
    made.category = model::Category::vital_sign;
    made.effective = {parse_rfc3339("2026-07-14T03:17:42.123+02:00")->utc, 120};
    made.containment = 7;
    made.part = {3, 2};
    made.body_site = "left arm of Canaryname";
    return made;
}

model::Report report(std::vector<model::Observation> observations) {
    model::Report made;
    made.subject = pseudonym::recall(Bytes(16, 7)).value();
    made.device = "monitor-1";
    made.location = {"ITS1", "4", "Bed 3"};
    made.received = parse_rfc3339("2026-07-14T03:17:43.456+02:00")->utc;
    made.sequence = 4711;
    made.observations = std::move(observations);
    return made;
}

model::Report apply(model::Report from, std::uint64_t spread = 0, const AnonymisedSettings& how = {},
                    const std::vector<std::string>& codes = no_codes) {
    Anonymiser(how, codes).apply(from, spread);
    return from;
}

}  // namespace

TEST_CASE("what leads to a person or a device or a place is gone", "[anonymiser]") {
    const auto made = apply(report({heart_rate()}));
    CHECK(made.device.empty());
    CHECK(made.location == model::Location{});
    CHECK_FALSE(made.sequence);
    REQUIRE(made.observations.size() == 1);
    const auto& one = made.observations.front();
    CHECK(one.code == model::Code{147842, "MDC_ECG_HEART_RATE", "8867-4", {}, {}, {}, {}});
    CHECK(one.containment == 0);
    CHECK(one.part == model::Part{});
    CHECK(one.body_site.empty());
    CHECK(std::get<model::Quantity>(one.value) == quantity("63"));
}

TEST_CASE("the shift moves a report as far as its number says and then to the grain", "[anonymiser]") {
    AnonymisedSettings how;
    how.shift_window = std::chrono::hours(24 * 30);
    const auto window = static_cast<std::uint64_t>(how.shift_window.count());
    // Thirty days back from 01:17:42.123 UTC, to the hour; not at all; thirty days on.
    CHECK(to_rfc3339(apply(report({heart_rate()}), 0, how).observations[0].effective) ==
          "2026-06-14T01:00:00.000Z");
    CHECK(to_rfc3339(apply(report({heart_rate()}), window, how).observations[0].effective) ==
          "2026-07-14T01:00:00.000Z");
    CHECK(to_rfc3339(apply(report({heart_rate()}), 2 * window, how).observations[0].effective) ==
          "2026-08-13T01:00:00.000Z");
    CHECK(to_rfc3339(apply(report({heart_rate()}), 2 * window + 1, how).received) ==
          "2026-06-14T01:00:00.000Z");
}

TEST_CASE("intervals inside a report stay and its first time is on the grain", "[anonymiser]") {
    const auto grain = GENERATE(std::chrono::minutes(1), std::chrono::hours(1), std::chrono::hours(24));
    const auto spread = GENERATE(0ULL, 1ULL, 999'999'999'999ULL, ~0ULL);
    AnonymisedSettings how;
    how.time_grain = grain;
    auto later = heart_rate();
    later.effective.utc += std::chrono::milliseconds(61'007);
    const auto made = apply(report({later, heart_rate()}), spread, how);
    REQUIRE(made.observations.size() == 2);
    CHECK(made.observations[0].effective.utc - made.observations[1].effective.utc ==
          std::chrono::milliseconds(61'007));
    CHECK(made.observations[1].effective.utc.time_since_epoch() % how.time_grain ==
          std::chrono::milliseconds(0));
    CHECK(made.received == made.observations[1].effective.utc);
    for (const auto& one : made.observations)
        CHECK(one.effective.offset_minutes == 0);
}

TEST_CASE("a rare value says only that it is rare", "[anonymiser]") {
    const ValueBand band{"8867-4", "/min", number("40"), number("180"), number("1")};
    CHECK(in_band(band, quantity("39")) == quantity("40", "/min", "<"));
    CHECK(in_band(band, quantity("40")) == quantity("40"));
    CHECK(in_band(band, quantity("180.0")) == quantity("180"));
    CHECK(in_band(band, quantity("181")) == quantity("180", "/min", ">"));
    CHECK(in_band(band, quantity("999999")) == quantity("180", "/min", ">"));
    CHECK(in_band(band, quantity("-5")) == quantity("40", "/min", "<"));
    // A comparator is kept inside the band, and outside only when it says the same.
    CHECK(in_band(band, quantity("60", "/min", "<")) == quantity("60", "/min", "<"));
    CHECK(in_band(band, quantity("20", "/min", "<=")) == quantity("40", "/min", "<"));
    CHECK_FALSE(in_band(band, quantity("20", "/min", ">")));
    CHECK_FALSE(in_band(band, quantity("200", "/min", "<")));
    CHECK_FALSE(in_band(band, quantity("62", "1/s")));
}

TEST_CASE("values are rounded to the step of their band", "[anonymiser]") {
    const ValueBand weight{"29463-7", "kg", number("40"), number("130"), number("5")};
    CHECK(in_band(weight, quantity("72.4", "kg")) == quantity("70", "kg"));
    CHECK(in_band(weight, quantity("72.5", "kg")) == quantity("75", "kg"));
    const ValueBand temperature{"8310-5", "Cel", number("33.0"), number("41.0"), number("0.1")};
    CHECK(in_band(temperature, quantity("36.84", "Cel")) == quantity("36.8", "Cel"));
    CHECK(in_band(temperature, quantity("37", "Cel")) == quantity("37.0", "Cel"));
}

TEST_CASE("a code without a band has no number to give and a configured one goes before", "[anonymiser]") {
    auto creatinine = heart_rate("1.23");
    creatinine.code = {0, {}, "2160-0", {}, {}, {}, {}};
    std::get<model::Quantity>(creatinine.value).ucum = "mg/dL";
    CHECK(apply(report({creatinine})).observations.empty());
    AnonymisedSettings how;
    how.bands = {{"2160-0", "mg/dL", number("0.5"), number("4"), number("0.5")},
                 {"8867-4", "/min", number("50"), number("60"), number("1")}};
    const auto made = apply(report({creatinine, heart_rate()}), 0, how);
    REQUIRE(made.observations.size() == 2);
    CHECK(std::get<model::Quantity>(made.observations[0].value) == quantity("1.0", "mg/dL"));
    CHECK(std::get<model::Quantity>(made.observations[1].value) == quantity("60", "/min", ">"));
}

TEST_CASE("free text, waveforms, local codes and technical values are dropped", "[anonymiser]") {
    auto text = heart_rate();
    text.value = model::Text{"Canaryname"};
    auto wave = heart_rate();
    wave.value = model::SampledData{{}, number("1"), std::chrono::microseconds(2000), "uV", "1 2 3"};
    auto local = heart_rate();
    local.code = {0, {}, {}, {}, "Note", "urn:vendor", "note"};
    auto technical = heart_rate();
    technical.category = model::Category::technical;
    CHECK(apply(report({text, wave, local, technical})).observations.empty());
}

TEST_CASE("codes and flags go only where the destination lists them, without the mapping's words",
          "[anonymiser]") {
    auto rhythm = heart_rate();
    rhythm.code = {0, {}, "8884-9", {}, "Rhythm", {}, {}};
    rhythm.value = model::CodedValue{"http://snomed.info/sct", "49436004", "Canaryname's fibrillation"};
    auto own = rhythm;
    own.value = model::CodedValue{"urn:vendor", "canary", "x"};
    auto flag = rhythm;
    flag.value = true;
    CHECK(apply(report({rhythm, own, flag})).observations.empty());
    const std::vector<std::string> codes{"8884-9"};
    const auto made = apply(report({rhythm, own, flag}), 0, {}, codes);
    REQUIRE(made.observations.size() == 2);
    CHECK(std::get<model::CodedValue>(made.observations[0].value) ==
          model::CodedValue{"http://snomed.info/sct", "49436004", {}});
    CHECK(std::get<bool>(made.observations[1].value));
}

TEST_CASE("an invalid value keeps nothing but that there was one", "[anonymiser]") {
    auto invalid = heart_rate("61");
    invalid.quality = model::Quality::invalid;
    const auto made = apply(report({invalid}));
    REQUIRE(made.observations.size() == 1);
    CHECK(std::holds_alternative<std::monostate>(made.observations[0].value));
    CHECK(made.observations[0].absent == model::AbsentReason::error);
}

TEST_CASE("a place is the name for several wards or none", "[anonymiser]") {
    AnonymisedSettings how;
    how.places = {{"intensive care", {"ITS1", "ITS2"}}};
    CHECK(apply(report({heart_rate()}), 0, how).location == model::Location{"intensive care", {}, {}});
    auto elsewhere = report({heart_rate()});
    elsewhere.location.ward = "PSY";
    CHECK(apply(elsewhere, 0, how).location == model::Location{});
}

TEST_CASE("what joins versions of a result is gone and what withdraws one goes nowhere", "[anonymiser]") {
    auto corrected = heart_rate();
    corrected.appraisal = {model::ResultStatus::corrected, model::Method::manual, "50", "120", "H"};
    corrected.result = {1};
    auto deleted = heart_rate();
    deleted.appraisal.status = model::ResultStatus::deleted;
    auto from = report({corrected, deleted});
    from.order = {2};
    const auto made = apply(from);
    CHECK(made.order == model::ResultKey{});
    REQUIRE(made.observations.size() == 1);
    CHECK(made.observations[0].result == model::ResultKey{});
    CHECK(made.observations[0].appraisal ==
          model::Appraisal{model::ResultStatus::corrected, model::Method::automatic, "", "", ""});
}
