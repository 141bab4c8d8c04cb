#include <edgeward/policy/broad_consent.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::policy {
namespace {

using model::ConsentProvision;

Instant year(int number) {
    return std::chrono::sys_days(std::chrono::year(number) / 1 / 1);
}

ConsentProvision permit(std::uint16_t code, int from, int until) {
    return {code, true, year(from), year(until)};
}
ConsentProvision deny(std::uint16_t code, int from, int until) {
    return {code, false, year(from), year(until)};
}

// Collected for five years, used for thirty.
Provisions signed_in_2020() {
    return {permit(6, 2020, 2025), permit(7, 2020, 2050), permit(8, 2020, 2050)};
}

Consent ask(const std::vector<Provisions>& documents, int now, int measured) {
    return broad_consent(documents, year(now), year(measured));
}

TEST_CASE("use is gated today and collecting at the time of measurement", "[broad_consent]") {
    const std::vector<Provisions> documents{signed_in_2020()};
    CHECK(ask(documents, 2022, 2022) == Consent::given);
    CHECK(ask(documents, 2049, 2024) == Consent::given);
    CHECK(ask(documents, 2050, 2024) == Consent::unknown);  // use has ended
    CHECK(ask(documents, 2030, 2025) == Consent::unknown);  // collecting had ended
    CHECK(ask(documents, 2022, 2019) == Consent::unknown);  // collecting had not begun
    CHECK(ask({}, 2022, 2022) == Consent::unknown);
}

TEST_CASE("only a document that permits both contributes", "[broad_consent]") {
    CHECK(ask({Provisions{permit(6, 2020, 2025)}, Provisions{permit(8, 2020, 2050)}}, 2022, 2022) ==
          Consent::unknown);
    CHECK(ask({Provisions{permit(1, 2020, 2050)}}, 2022, 2022) == Consent::unknown);
    // Both are complete: one covers the use, the other the collecting.
    CHECK(ask({Provisions{permit(6, 2010, 2015), permit(8, 2010, 2015)}, signed_in_2020()}, 2030, 2012) ==
          Consent::given);
}

TEST_CASE("a denial of any document wins whatever else is permitted", "[broad_consent]") {
    CHECK(ask({signed_in_2020(), Provisions{deny(8, 2023, 3000)}}, 2024, 2022) == Consent::denied);
    CHECK(ask({signed_in_2020(), Provisions{deny(8, 2023, 3000)}}, 2022, 2022) == Consent::given);
    CHECK(ask({signed_in_2020(), Provisions{deny(6, 2023, 3000)}}, 2024, 2022) == Consent::given);
    CHECK(ask({signed_in_2020(), Provisions{deny(6, 2023, 3000)}}, 2024, 2023) == Consent::denied);
    CHECK(ask({signed_in_2020(), Provisions{deny(1, 2023, 3000)}}, 2024, 2022) ==
          Consent::denied);  // the whole module
    CHECK(ask({signed_in_2020(), Provisions{deny(48, 2020, 3000), deny(7, 2020, 3000), deny(22, 2020, 3000)}},
              2022, 2022) == Consent::given);
}

// The example of TORCH's documentation (docs/implementation/consent.md, 5): document A signed in 2020 with a
// retrospective modifier of which 2000 to 2009 is taken out, revocation B of 2023.
TEST_CASE("earlier data may be used as the same document says", "[broad_consent]") {
    const Provisions a{permit(8, 2020, 2050), permit(6, 2020, 2025), permit(45, 2020, 2025),
                       deny(45, 2000, 2010)};
    const Provisions b{deny(6, 2023, 2026), permit(45, 2023, 2026)};
    CHECK(ask({a, b}, 2024, 1990) == Consent::given);
    CHECK(ask({a, b}, 2024, 2005) == Consent::unknown);
    CHECK(ask({a, b}, 2024, 2015) == Consent::given);
    CHECK(ask({signed_in_2020(), Provisions{permit(45, 2020, 2025)}}, 2024, 2015) == Consent::unknown);
    // Stricter than TORCH: what is collected after a denial is not earlier data.
    CHECK(ask({a, b}, 2024, 2024) == Consent::denied);
}

TEST_CASE("earlier data needs a modifier that overlaps and is not denied today", "[broad_consent]") {
    const auto with = [](ConsentProvision modifier) {
        auto document = signed_in_2020();
        document.push_back(modifier);
        return document;
    };
    CHECK(ask({with(permit(46, 2024, 2030))}, 2022, 2015) == Consent::given);
    CHECK(ask({with(permit(45, 2025, 2030))}, 2022, 2015) == Consent::unknown);
    CHECK(ask({with(permit(47, 2020, 2025))}, 2022, 2015) == Consent::unknown);
    CHECK(ask({with(permit(44, 2020, 2025))}, 2022, 2015) == Consent::unknown);
    for (const auto code : {std::uint16_t{44}, std::uint16_t{45}, std::uint16_t{46}}) {
        CHECK(ask({with(permit(45, 2020, 2025)), Provisions{deny(code, 2023, 3000)}}, 2024, 2015) ==
              Consent::unknown);
        CHECK(ask({with(permit(45, 2020, 2025)), Provisions{deny(code, 2023, 3000)}}, 2022, 2015) ==
              Consent::given);
    }
    // A denial of collecting does not reach earlier data, one of use does.
    CHECK(ask({with(permit(45, 2020, 2025)), Provisions{deny(6, 2010, 3000)}}, 2022, 2015) == Consent::given);
    CHECK(ask({with(permit(45, 2020, 2025)), Provisions{deny(8, 2010, 3000)}}, 2022, 2015) ==
          Consent::denied);
}

TEST_CASE("codes that decide are those of medical data alone", "[broad_consent]") {
    std::vector<int> deciding;
    for (std::uint16_t code = 0; code < 200; ++code) {
        if (decides(code)) deciding.push_back(code);
    }
    CHECK(deciding == std::vector{1, 6, 8, 44, 45, 46});
}

}  // namespace
}  // namespace edgeward::policy
