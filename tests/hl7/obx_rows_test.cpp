#include "obx_rows.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "message.hpp"

#include "hl7/sample_report.hpp"

using namespace edgeward;
using namespace edgeward::hl7;
using sample::decimal;
using sample::heart_rate;
using sample::quantity;

namespace {

Result<std::string> rows_of(const model::Observation& observation, bool free_text_allowed = true) {
    SegmentWriter out(Charset::utf8);
    ObxWriter rows{out, free_text_allowed};
    write_measurement(rows, place({&observation}).front());
    return std::move(out).finish();
}

// The one row of an observation.
std::string row_of(const model::Observation& observation, bool free_text_allowed = true) {
    const auto rows = rows_of(observation, free_text_allowed);
    REQUIRE(rows);
    return *rows;
}

std::string field_of(const std::string& row, std::size_t number) {
    return std::string(Segment(std::string_view(row).substr(0, row.find('\r')), {}).field(number));
}

model::Observation waveform(std::string samples) {
    auto one = quantity(131329, "MDC_ECG_ELEC_POTL_I", "0", "mV", 2);
    model::SampledData data;
    data.period = std::chrono::microseconds(4000);
    data.ucum = "mV";
    data.samples = std::move(samples);
    one.value = data;
    return one;
}

}  // namespace

// Code, unit and layout of the heart rate row printed in the GE B40 PCD-01 description.
TEST_CASE("a heart rate is written as monitors write it", "[obx_rows]") {
    auto one = quantity(147842, "MDC_ECG_HEART_RATE", "80", "/min", 1);
    CHECK(row_of(one) ==
          "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|80|264864^MDC_DIM_BEAT_PER_MIN^MDC^/min^/"
          "min^UCUM|||||R|||||"
          "|AMEAS^^MDC\r");
}

TEST_CASE("the digits of the device are kept", "[obx_rows]") {
    const std::string text = GENERATE("37.0", "0.10", "-3.50", "120");
    CHECK(field_of(row_of(quantity(150344, "MDC_TEMP", text, "Cel", 1)), 5) == text);
}

TEST_CASE("breaths and beats per minute differ in their MDC unit", "[obx_rows]") {
    CHECK(field_of(row_of(quantity(151562, "MDC_RESP_RATE", "12", "/min", 1)), 6).starts_with("264928^"));
    CHECK(field_of(row_of(heart_rate()), 6).starts_with("264864^"));
    CHECK(field_of(row_of(quantity(0x99999, "X", "12", "/min", 1)), 6).starts_with("264672^"));
}

TEST_CASE("a unit MDC does not have goes out as UCUM alone", "[obx_rows]") {
    CHECK(field_of(row_of(quantity(147842, "X", "1", "{furlong}/h", 1)), 6) ==
          "{furlong}/h^{furlong}/h^UCUM");
}

TEST_CASE("LOINC follows MDC as the alternate", "[obx_rows]") {
    CHECK(field_of(row_of(heart_rate()), 3) == "147842^MDC_ECG_HEART_RATE^MDC^8867-4^Heart rate^LN");
}

TEST_CASE("a vendor's code without MDC is marked local", "[obx_rows]") {
    auto one = heart_rate();
    one.code = {};
    one.code.display = "Pump state";
    one.code.local_system = "urn:vendor:x";
    one.code.local_code = "PS^1";
    CHECK(field_of(row_of(one), 3) == "PS\\S\\1^Pump state^L");
    one.code.loinc = "1234-5";
    CHECK(field_of(row_of(one), 3) == "1234-5^Pump state^LN^PS\\S\\1^Pump state^L");
}

TEST_CASE("an observation without any code is refused", "[obx_rows]") {
    auto one = heart_rate();
    one.code = {};
    const auto rows = rows_of(one);
    REQUIRE_FALSE(rows);
    CHECK(rows.error().kind == ErrorKind::invalid_input);
    CHECK(rows.error().message == "OBX-3: observation has no code");
}

// HL7 v2.6 section 2A.66: SN is comparator ^ number.
TEST_CASE("a value with a comparator is a structured number", "[obx_rows]") {
    auto one = heart_rate();
    one.value = model::Quantity{decimal("5.0"), "/min", "<="};
    CHECK(field_of(row_of(one), 2) == "SN");
    CHECK(field_of(row_of(one), 5) == "<=^5.0");
}

TEST_CASE("text coded values and flags have their types", "[obx_rows]") {
    auto one = sample::text_value("a|b");
    CHECK(field_of(row_of(one), 2) == "ST");
    CHECK(field_of(row_of(one), 5) == "a\\F\\b");
    one.value = model::CodedValue{"http://snomed.info/sct", "1", "One"};
    CHECK(field_of(row_of(one), 2) == "CWE");
    CHECK(field_of(row_of(one), 5) == "1^One^SCT");
    one.value = true;
    CHECK(field_of(row_of(one), 5) == "Y^Yes^HL70136");
}

TEST_CASE("free text is masked where it must not go", "[obx_rows]") {
    const std::string row = row_of(sample::text_value("Mrs. Doe"), false);
    CHECK(row.find("Doe") == std::string::npos);
    CHECK(field_of(row, 2).empty());
    CHECK(field_of(row, 5).empty());
    CHECK(field_of(row, 8) == "MSK");
    CHECK(field_of(row, 11) == "X");
}

TEST_CASE("a missing value says why and has status X", "[obx_rows]") {
    struct Case {
        model::AbsentReason reason;
        std::string flag;
    };
    const auto row = GENERATE(values<Case>({{model::AbsentReason::temp_unknown, "NAV"},
                                            {model::AbsentReason::error, "INV"},
                                            {model::AbsentReason::not_performed, "OFF"},
                                            {model::AbsentReason::masked, "MSK"},
                                            {model::AbsentReason::none, ""}}));
    auto one = heart_rate();
    one.value = std::monostate{};
    one.absent = row.reason;
    CHECK(field_of(row_of(one), 8) == row.flag);
    CHECK(field_of(row_of(one), 11) == "X");
    CHECK(field_of(row_of(one), 2).empty());
}

TEST_CASE("a value the device calls invalid is not sent", "[obx_rows]") {
    auto one = heart_rate("999");
    one.quality = model::Quality::invalid;
    CHECK(field_of(row_of(one), 5).empty());
    CHECK(field_of(row_of(one), 8) == "INV");
    CHECK(field_of(row_of(one), 11) == "X");
}

TEST_CASE("doubt and test operation are flagged together", "[obx_rows]") {
    auto one = heart_rate();
    one.quality = model::Quality::questionable;
    one.mode = model::Mode::demo;
    CHECK(field_of(row_of(one), 8) == "QUES~DEMO");
    CHECK(field_of(row_of(one), 5) == "80");
    one.quality = model::Quality::reliable;
    one.mode = model::Mode::test;
    CHECK(field_of(row_of(one), 8) == "TEST");
}

TEST_CASE("a setting is never taken for a measurement", "[obx_rows]") {
    auto one = quantity(16929196, "", "450", "mL", 1);
    one.category = model::Category::setting;
    CHECK(field_of(row_of(one), 17) == "ASET^^MDC");
}

TEST_CASE("only episodic measurements have a time of their own", "[obx_rows]") {
    CHECK(field_of(row_of(quantity(150021, "SYS", "120", "mm[Hg]", 1)), 14) == "20261123194846+0100");
    CHECK(field_of(row_of(heart_rate()), 14).empty());
}

TEST_CASE("a body site is MDC or SNOMED CT by its code", "[obx_rows]") {
    auto one = heart_rate();
    one.body_site = "459852";
    CHECK(field_of(row_of(one), 20) == "459852^^MDC");
    one.body_site = "368209003";
    CHECK(field_of(row_of(one), 20) == "368209003^^SCT");
}

TEST_CASE("a waveform is a numeric array with its sample rate below it", "[obx_rows]") {
    CHECK(row_of(waveform("1 -2 E 3.5")) ==
          "OBX|1|NA|131329^MDC_ECG_ELEC_POTL_I^MDC|1.5.1.2|1^-2^^3.5|266418^MDC_DIM_MILLI_VOLT^MDC^mV^mV^"
          "UCUM|||||R|||"
          "|||AMEAS^^MDC\r"
          "OBX|2|NM|0^MDC_ATTR_SAMP_RATE^MDC|1.5.1.2.1|250|264608^MDC_DIM_PER_SEC^MDC^/s^/s^UCUM|||||R\r"
          "OBX|3|NM|67981^MDC_ATTR_TIME_PD_SAMP^MDC|1.5.1.2.2|4000|264339^MDC_DIM_MICRO_SEC^MDC^us^us^UCUM|||"
          "||R\r");
}

TEST_CASE("waveform samples go out as values of the unit", "[obx_rows]") {
    auto one = waveform("0 100 -100");
    auto& data = std::get<model::SampledData>(one.value);
    data.origin = decimal("2048");
    data.factor = decimal("0.25");
    CHECK(field_of(row_of(one), 5) == "2048.00^2073.00^2023.00");
}

TEST_CASE("a sample rate that is no whole number is rounded to six places", "[obx_rows]") {
    auto one = waveform("1");
    std::get<model::SampledData>(one.value).period = std::chrono::microseconds(3906);
    CHECK(row_of(one).find("|256.016385|") != std::string::npos);  // 1,000,000 / 3,906 = 256.01638…
}

TEST_CASE("a waveform of something else than numbers or without a period is refused", "[obx_rows]") {
    CHECK_FALSE(rows_of(waveform("1 x 2")));
    auto one = waveform("1");
    std::get<model::SampledData>(one.value).period = {};
    CHECK_FALSE(rows_of(one));
}

TEST_CASE("a waveform ends one period after its last sample", "[obx_rows]") {
    const auto one = waveform("1 2 3 4 5");
    const auto end = end_of_waveform(one, std::get<model::SampledData>(one.value));
    CHECK(end.utc - one.effective.utc == std::chrono::milliseconds(20));
    CHECK(end.offset_minutes == 60);
}

TEST_CASE("a device row names the object and has no value", "[obx_rows]") {
    SegmentWriter out(Charset::utf8);
    ObxWriter rows{out};
    begin_device_row(rows, 70686, "MDC_DEV_PRESS_BLD_NONINV_VMD", "1.16.0.0");
    out.end();
    // IHE PCD TF-2 E.1.2, third row.
    CHECK(*std::move(out).finish() == "OBX|1||70686^MDC_DEV_PRESS_BLD_NONINV_VMD^MDC|1.16.0.0|||||||X\r");
}

// HL7 tables 0078 and 0085, IHE PCD TF-2 B.8: OBX-7, OBX-8, OBX-11 and OBX-17.
TEST_CASE("what is said of a value stands in its row", "[obx_rows]") {
    auto one = quantity(147842, "MDC_ECG_HEART_RATE", "80", "/min", 1);
    one.appraisal = {model::ResultStatus::final, model::Method::manual, "50", "120", "LL~A"};
    one.quality = model::Quality::questionable;
    const auto row = row_of(one);
    CHECK(field_of(row, 7) == "50-120");
    CHECK(field_of(row, 8) == "LL~A~QUES");
    CHECK(field_of(row, 11) == "F");
    CHECK(field_of(row, 17) == "MMEAS^^MDC");
    one.appraisal.low.clear();
    CHECK(field_of(row_of(one), 7) == "<120");
    one.appraisal.high.clear();
    one.appraisal.low = "50";
    CHECK(field_of(row_of(one), 7) == ">50");
}

TEST_CASE("a status says how final a result is and whether it holds", "[obx_rows]") {
    auto one = quantity(147842, "MDC_ECG_HEART_RATE", "80", "/min", 1);
    for (const auto& [status, code] :
         {std::pair(model::ResultStatus::unverified, "R"), std::pair(model::ResultStatus::preliminary, "P"),
          std::pair(model::ResultStatus::final, "F"), std::pair(model::ResultStatus::corrected, "C"),
          std::pair(model::ResultStatus::deleted, "D"), std::pair(model::ResultStatus::wrong_patient, "W")}) {
        one.appraisal.status = status;
        CHECK(field_of(row_of(one), 11) == code);
    }
    one.appraisal.status = model::ResultStatus::final;
    one.quality = model::Quality::invalid;
    CHECK(field_of(row_of(one), 11) == "X");
    one.appraisal.status = model::ResultStatus::deleted;
    CHECK(field_of(row_of(one), 11) == "D");
}

TEST_CASE("a method and a setting are told together", "[obx_rows]") {
    auto one = quantity(147842, "MDC_ECG_HEART_RATE", "80", "/min", 1);
    const auto method = [&](model::Method how, model::Category category) {
        one.appraisal.method = how;
        one.category = category;
        return field_of(row_of(one), 17);
    };
    CHECK(method(model::Method::automatic, model::Category::setting) == "ASET^^MDC");
    CHECK(method(model::Method::manual, model::Category::setting) == "MSET^^MDC");
    CHECK(method(model::Method::automatic_calculation, model::Category::vital_sign) == "ACALC^^MDC");
    CHECK(method(model::Method::manual_calculation, model::Category::vital_sign) == "MCALC^^MDC");
}
