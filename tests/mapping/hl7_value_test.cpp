#include "hl7_value.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "hl7_sample.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

hl7::ResultRow row(std::string type, std::vector<std::string> value, hl7::CodedElement unit = {}) {
    hl7::ResultRow made;
    made.type = std::move(type);
    made.value = std::move(value);
    made.unit = std::move(unit);
    made.status = "F";
    return made;
}

Reading glucose() {
    Reading made;
    made.code.loinc = "2339-0";
    made.ucum = "mg/dL";
    made.numeric_text = true;
    made.comparators = true;
    return made;
}

const hl7::CodedElement mg_dl{{"mg/dL", "", "UCUM"}, {}};
const Hl7Rules no_rules;

// "99 mg/dL", or why not.
std::string read(const Reading& reading, const hl7::ResultRow& said, const Hl7Rules& rules = no_rules) {
    const auto value = read_hl7_value(reading, said, rules, std::nullopt);
    if (!value) return std::string(name_of(value.error()));
    const auto* quantity = std::get_if<model::Quantity>(&value->value);
    return quantity == nullptr ? "no quantity"
                               : quantity->comparator + quantity->value.text() + ' ' + quantity->ucum;
}

}  // namespace

// HL7 v2.6 2A.69: SN is comparator ^ number ^ separator ^ number.
TEST_CASE("a number is read with its comparator and keeps its digits", "[hl7_value]") {
    CHECK(read(glucose(), row("NM", {"99.0"}, mg_dl)) == "99.0 mg/dL");
    CHECK(read(glucose(), row("NM", {"+99"}, mg_dl)) == "99 mg/dL");
    CHECK(read(glucose(), row("SN", {"<", "20"}, mg_dl)) == "<20 mg/dL");
    CHECK(read(glucose(), row("SN", {">=", "600"}, mg_dl)) == ">=600 mg/dL");
    CHECK(read(glucose(), row("SN", {"=", "99"}, mg_dl)) == "99 mg/dL");
    CHECK(read(glucose(), row("SN", {"", "99"}, mg_dl)) == "99 mg/dL");
    CHECK(read(glucose(), row("NM", {"<20"}, mg_dl)) == "<20 mg/dL");
    CHECK(read(glucose(), row("SN", {"", "1", ":", "128"}, mg_dl)) == "bad_value");
    CHECK(read(glucose(), row("SN", {"<>", "5"}, mg_dl)) == "not_a_number");
    CHECK(read(glucose(), row("NM", {"4,5"}, mg_dl)) == "not_a_number");
    CHECK(read(glucose(), row("NM", {"high"}, mg_dl)) == "not_a_number");
    auto twice = row("NM", {"60"}, mg_dl);
    twice.repeats = true;
    CHECK(read(glucose(), twice) == "bad_value");
}

TEST_CASE("a unit is UCUM, MDC or a word of the file and never guessed", "[hl7_value]") {
    CHECK(read(glucose(), row("NM", {"99"}, {{"264274", "MDC_DIM_MILLI_G_PER_DL", "MDC"}, {}})) ==
          "99 mg/dL");
    CHECK(read(glucose(), row("NM", {"99"}, {{"x", "", "L"}, {"mg/dL", "", "UCUM"}})) == "99 mg/dL");
    CHECK(read(glucose(), row("NM", {"990"}, {{"mg/L", "", "UCUM"}, {}})) == "99.0 mg/dL");
    CHECK(read(glucose(), row("NM", {"99"}, {{"MG/DL", "", ""}, {}})) == "unknown_unit");
    CHECK(read(glucose(), row("NM", {"99"})) == "unknown_unit");
    Hl7Rules words;
    words.units = {{"MG/DL", "mg/dL"}};
    CHECK(read(glucose(), row("NM", {"99"}, {{"MG/DL", "", ""}, {}}), words) == "99 mg/dL");
    auto stated = glucose();
    stated.unit_stated = true;
    CHECK(read(stated, row("NM", {"99"})) == "99 mg/dL");
    auto bare = glucose();
    bare.ucum = "{score}";
    CHECK(read(bare, row("NM", {"15"})) == "15 {score}");
}

// LOINC tells glucose by mass (2339-0) and by amount of substance (15074-8) apart; the factor between them is
// nobody's to apply in passing.
TEST_CASE("mmol/L never becomes mg/dL", "[hl7_value]") {
    CHECK(read(glucose(), row("NM", {"5.5"}, {{"mmol/L", "", "UCUM"}, {}})) == "unit_mismatch");
}

TEST_CASE("a coded value is of a shared vocabulary or of the file's table", "[hl7_value]") {
    Reading reading;
    reading.kind = ValueKind::code;
    const auto coded = [&](std::vector<std::string> value) {
        const auto read = read_hl7_value(reading, row("CWE", std::move(value)), no_rules, std::nullopt);
        if (!read) return std::string(name_of(read.error()));
        const auto& found = std::get<model::CodedValue>(read->value);
        return found.system + " " + found.code + " " + found.display;
    };
    CHECK(coded({"260415000", "not detected", "SCT"}) == "http://snomed.info/sct 260415000 ");
    CHECK(coded({"MDC_ECG_SINUS_RHY"}) == "urn:iso:std:iso:11073:10101 MDC_ECG_SINUS_RHY ");
    CHECK(coded({"1", "x", "L", "LA6576-8", "Positive", "LN"}) == "http://loinc.org LA6576-8 ");
    CHECK(coded({"Frau Quittenbaum"}) == "not_listed");
    reading.codes = {{"POS^L", {"urn:x", "positive", "Positive"}}};
    CHECK(coded({"POS", "", "L"}) == "urn:x positive Positive");
    CHECK(coded({"260415000", "", "SCT"}) == "not_listed");
}

TEST_CASE("a waveform has the period of its facets or of the file", "[hl7_value]") {
    Reading reading;
    reading.kind = ValueKind::waveform;
    reading.ucum = "mV";
    const hl7::CodedElement mv{{"mV", "", "UCUM"}, {}};
    const auto read = read_hl7_value(reading, row("NA", {"0.1", "", "-0.2"}, mv), no_rules,
                                     std::chrono::microseconds(4000));
    REQUIRE(read);
    const auto& wave = std::get<model::SampledData>(read->value);
    CHECK(wave.samples == "0.1 E -0.2");
    CHECK(wave.period == std::chrono::microseconds(4000));
    CHECK_FALSE(read_hl7_value(reading, row("NA", {"0.1"}, mv), no_rules, std::nullopt));
}

// IHE PCD TF-2 Rev. 9.0 table B.8-3 and HL7 tables 0078 and 0085.
TEST_CASE("flags and status say how far a value is to be trusted", "[hl7_value]") {
    auto said = row("NM", {"99"});
    const auto standing = [&](std::string status, std::vector<std::string> flags, bool valued = true) {
        said.status = std::move(status);
        said.flags = std::move(flags);
        said.value = valued ? std::vector<std::string>{"99"} : std::vector<std::string>{};
        return standing_of(said, WithX::questionable);
    };
    CHECK(standing("R", {})->quality == model::Quality::reliable);
    CHECK(standing("R", {})->status == model::ResultStatus::unverified);
    CHECK(standing("F", {"H"})->interpretation == "H");
    CHECK(standing("F", {"LL", "A"})->interpretation == "LL~A");
    CHECK(standing("F", {"QUES"})->quality == model::Quality::questionable);
    CHECK(standing("F", {"CAL"})->quality == model::Quality::questionable);
    CHECK(standing("F", {"XYZ"})->quality == model::Quality::questionable);
    CHECK(standing("F", {"ALACT"})->quality == model::Quality::reliable);
    CHECK(standing("F", {"INV"})->quality == model::Quality::invalid);
    CHECK(standing("F", {"TEST"})->mode == model::Mode::test);
    CHECK(standing("F", {"DEMO"})->mode == model::Mode::demo);
    CHECK(standing("X", {"NAV"}, false)->absent == model::AbsentReason::temp_unknown);
    CHECK(standing("X", {"OFF"}, false)->absent == model::AbsentReason::not_performed);
    CHECK(standing("X", {"MSK"}, false)->absent == model::AbsentReason::masked);
    CHECK(standing("X", {"INV"}, false)->absent == model::AbsentReason::error);
    CHECK(standing("X", {}, false)->absent == model::AbsentReason::temp_unknown);
    CHECK(standing("P", {})->status == model::ResultStatus::preliminary);
    CHECK(standing("S", {})->status == model::ResultStatus::preliminary);
    CHECK(standing("C", {})->status == model::ResultStatus::corrected);
    CHECK(standing("D", {})->status == model::ResultStatus::deleted);
    CHECK(standing("W", {})->status == model::ResultStatus::wrong_patient);
    CHECK(standing("U", {})->status == model::ResultStatus::final);
    CHECK_FALSE(standing("U", {}, false));
    CHECK_FALSE(standing("Z", {}));
    for (const auto* nothing : {"I", "N", "O"})
        CHECK(standing(nothing, {})->no_result);
}

TEST_CASE("a value beside OBX-11 X is worth what the mapping says", "[hl7_value]") {
    auto said = row("NM", {"117"});
    said.status = "X";
    CHECK(standing_of(said, WithX::questionable)->quality == model::Quality::questionable);
    CHECK(standing_of(said, WithX::reliable)->quality == model::Quality::reliable);
    CHECK(standing_of(said, WithX::left_out)->no_result);
}

TEST_CASE("limits are read in the unit of the value", "[hl7_value]") {
    auto said = row("NM", {"99"}, mg_dl);
    const auto limits = [&](std::string range) {
        said.range = std::move(range);
        const auto found = limits_of(glucose(), said, no_rules);
        return found.low + "|" + found.high;
    };
    CHECK(limits("70-110") == "70|110");
    CHECK(limits("4.3 to 6.2") == "4.3|6.2");
    CHECK(limits("-2-3") == "-2|3");
    CHECK(limits("<500") == "|500");
    CHECK(limits(">60") == "60|");
    CHECK(limits("") == "|");
    CHECK(limits("<9 mcg/dL:  Acceptable background lead exposure") == "|");
    CHECK(limits("negative") == "|");
    said.unit = {{"mg/L", "", "UCUM"}, {}};
    CHECK(limits("700-1100") == "70.0|110.0");
}

TEST_CASE("a setting is told from a measurement by OBX-17", "[hl7_value]") {
    hl7::ResultRow said;
    CHECK_FALSE(method_of(said).setting);
    for (const auto& [word, method, setting] :
         {std::tuple("AMEAS", model::Method::automatic, false),
          std::tuple("MMEAS", model::Method::manual, false),
          std::tuple("ASET", model::Method::automatic, true), std::tuple("MSET", model::Method::manual, true),
          std::tuple("ACALC", model::Method::automatic_calculation, false),
          std::tuple("MCALC", model::Method::manual_calculation, false)}) {
        said.method = word;
        CHECK(method_of(said).method == method);
        CHECK(method_of(said).setting == setting);
    }
}
