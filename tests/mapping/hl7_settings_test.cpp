#include "hl7_settings.hpp"

#include <catch2/catch_test_macros.hpp>

#include "hl7_sample.hpp"

using namespace edgeward::mapping;
using sample::first_problem;

namespace {

constexpr std::string_view plain = "[mapping]\nname = \"sample\"\nformat = \"hl7\"\n";

std::string with(std::string_view rest) {
    return std::string(plain).append(rest);
}

}  // namespace

TEST_CASE("a mapping of HL7 lists its codes or takes those of the code table", "[hl7_settings]") {
    CHECK(first_problem(with("[hl7]\nknown_codes = [\"MDC\"]\n")) == "sound");
    CHECK(first_problem(with("[lookup.codes]\n\"G^99X\" = { loinc = \"2339-0\", unit = \"mg/dL\", category = "
                             "\"laboratory\" }\n")) == "sound");
    CHECK(first_problem(with("")).find("expected codes here or in [lookup.codes]") != std::string::npos);
}

TEST_CASE("mistakes of a mapping of HL7 are told with their place", "[hl7_settings]") {
    CHECK(first_problem(with("[hl7]\nknown_codes = [\"SCT\"]\n")).starts_with("5:hl7.known_codes: expected"));
    CHECK(first_problem(with("[hl7]\nknown_codes = [\"LN\"]\nstatus_x = \"good\"\n"))
              .starts_with("6:hl7.status_x"));
    CHECK(first_problem(with("[hl7]\nknown_codes = [\"LN\"]\nunit_table = \"u\"\n"))
              .starts_with("6:hl7.unit_table"));
    CHECK(
        first_problem(with("[lookup.codes]\n\"2339-0\" = { loinc = \"2339-0\", unit = \"mg/dL\", category = "
                           "\"laboratory\" }\n"))
            .starts_with("5:lookup.codes.2339-0: expected a code and its system"));
    CHECK(first_problem(
              with("[hl7]\nknown_codes = [\"LN\"]\n[lookup.more]\n\"a^b\" = { parameter = \"spo2\" }\n"))
              .find("has no other table of codes") != std::string::npos);
    CHECK(first_problem(with("[hl7]\nknown_codes = [\"LN\"]\n[timestamp]\nformat = \"receipt\"\n"))
              .find("timestamp") != std::string::npos);
}

TEST_CASE("a code that is listed comes before the same of the code table", "[hl7_settings]") {
    const auto mapped =
        sample::rows_of(sample::hl7_head + "[lookup.codes]\n\"8867-4^LN\" = { parameter = \"pulse_rate\" }\n",
                        "OBX|1|NM|8867-4^^LN||60|/min|||||R");
    CHECK(mapped.reports.at(0).observations.at(0).code.mdc == 149514);
}
