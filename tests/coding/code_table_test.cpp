#include <edgeward/coding/code_table.hpp>
#include <edgeward/coding/units.hpp>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <set>
#include <string>

using edgeward::coding::code_table;
using edgeward::coding::CodeEntry;
using edgeward::model::Category;

namespace {

// LOINC codes end in a check digit: modulus 10 over the digits before the hyphen (LOINC Users' Guide, annex
// C).
bool has_loinc_check_digit(std::string_view loinc) {
    const std::size_t hyphen = loinc.find('-');
    if (hyphen == std::string_view::npos || hyphen + 2 != loinc.size()) return false;
    int sum = 0;
    bool doubled = true;
    for (std::size_t i = hyphen; i-- > 0; doubled = !doubled) {
        const int digit = (loinc[i] - '0') * (doubled ? 2 : 1);
        sum += digit / 10 + digit % 10;
    }
    return (10 - sum % 10) % 10 == loinc.back() - '0';
}

}  // namespace

TEST_CASE("every parameter key and MDC code and reference id is unique", "[code_table]") {
    std::set<std::string_view> parameters;
    std::set<std::uint32_t> codes;
    std::set<std::string_view> refids;
    for (const CodeEntry& entry : code_table()) {
        CAPTURE(entry.parameter);
        CHECK(parameters.insert(entry.parameter).second);
        if (entry.mdc != 0) CHECK(codes.insert(entry.mdc).second);
        if (!entry.refid.empty()) CHECK(refids.insert(entry.refid).second);
    }
    CHECK(parameters.size() == 122);
}

TEST_CASE("every row is complete enough to code a measurement", "[code_table]") {
    for (const CodeEntry& entry : code_table()) {
        CAPTURE(entry.parameter);
        CHECK((entry.mdc != 0 || !entry.loinc.empty()));
        CHECK(entry.name.size() >= 3);
        CHECK(entry.parameter.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
              std::string_view::npos);
        if (!entry.ucum.empty()) CHECK(edgeward::coding::is_known_unit(entry.ucum));
        if (!entry.loinc.empty()) CHECK(has_loinc_check_digit(entry.loinc));
    }
}

TEST_CASE("the MDC unit of every row is the one its UCUM unit means", "[code_table]") {
    for (const CodeEntry& entry : code_table()) {
        if (entry.mdc_unit == 0) continue;
        CAPTURE(entry.parameter);
        const auto* unit = edgeward::coding::find_mdc_unit(entry.mdc_unit);
        REQUIRE(unit != nullptr);
        CHECK(unit->refid == entry.mdc_unit_refid);
        if (!entry.ucum.empty()) CHECK(edgeward::coding::convertible(unit->ucum, entry.ucum));
    }
}

TEST_CASE("what a device was told to do is no measurement", "[code_table]") {
    for (const CodeEntry& entry : code_table()) {
        CAPTURE(entry.parameter);
        const bool is_setting = entry.parameter.find("_setting") != std::string_view::npos;
        if (is_setting) CHECK(entry.category == Category::setting);
        CHECK(entry.category != Category::technical);
    }
}
