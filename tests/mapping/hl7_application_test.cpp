#include "hl7_application.hpp"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "hl7_sample.hpp"

using namespace edgeward;
using namespace edgeward::mapping;
using sample::apply_rows;
using sample::hl7_head;
using sample::left_out;
using sample::quantity;
using sample::rows_of;

namespace {

constexpr std::string_view potassium = "OBX|1|NM|2823-3^^LN||5.1|mmol/L|||||F\r";
const std::string laboratory =
    hl7_head +
    "[lookup.codes]\n\"2823-3^LN\" = { loinc = \"2823-3\", unit = \"mmol/L\", category = "
    "\"laboratory\" }\n";

model::Observation only(const MappedMessage& mapped) {
    REQUIRE(mapped.reports.size() == 1);
    REQUIRE(mapped.reports[0].observations.size() == 1);
    return mapped.reports[0].observations[0];
}

std::string failure_of(std::string_view toml, std::string_view rows,
                       std::string_view obr = "OBR|1||F1||||202611231848") {
    const auto result = apply_rows(toml, rows, obr);
    return result ? "mapped" : result.error().reason + " " + result.error().detail;
}

}  // namespace

TEST_CASE("a row becomes an observation with everything that is said of it", "[hl7_application]") {
    const auto mapped =
        rows_of(hl7_head,
                "OBX|1||69965^MDC_DEV^MDC|1.0.0.0|||||||X\r"
                "OBX|2|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.22.1.3|89.0|262688^MDC_DIM_PERCENT^MDC|"
                "90-100|L~QUES|||F|||20261123194700+0100|||MMEAS^^MDC|||465984^^MDC\r");
    CHECK(mapped.refused_values.empty());  // the row of the device is none that was left out
    const auto observation = only(mapped);
    CHECK(observation.code.mdc == 150456);
    CHECK(observation.code.loinc == "59408-5");
    CHECK(quantity(observation) == "89.0 %");
    CHECK(observation.quality == model::Quality::questionable);
    CHECK(observation.category == model::Category::vital_sign);
    CHECK(observation.containment == 3);
    CHECK(observation.body_site == "465984");
    CHECK(observation.effective.utc == parse_rfc3339("2026-11-23T18:47:00Z")->utc);
    CHECK(observation.appraisal ==
          model::Appraisal{model::ResultStatus::final, model::Method::manual, "90", "100", "L"});
    CHECK(mapped.reports[0].patient == model::PatientIdentifier{"4711", "KIS", "MR"});
    CHECK(mapped.reports[0].about_person);
}

TEST_CASE("what is not listed is left out and counted", "[hl7_application]") {
    const auto mapped = rows_of(hl7_head,
                                "OBX|1|ST|99^^L||Frau Quittenbaum||||||F\r"
                                "OBX|2|NM|8867-4^^LN||60|/min|||||F\rOBX|3|NM|8867-4^^LN||x|/min|||||F\r"
                                "OBX|4|NM|8310-5^^LN||||||||I\r");
    CHECK(mapped.reports.at(0).observations.size() == 1);
    CHECK(left_out(mapped, "not_listed") == 1);
    CHECK(left_out(mapped, "not_a_number") == 1);
    CHECK(left_out(mapped, "absent") == 1);
    CHECK(rows_of(hl7_head, "OBX|1|ST|99^^L||1||||||F").reports.empty());
}

TEST_CASE("a code may stand in the alternate of OBX-3 and LOINC under its long name", "[hl7_application]") {
    CHECK(only(rows_of(hl7_head, "OBX|1|NM|HF^^L^8867-4^^LN||60|/min|||||F")).code.loinc == "8867-4");
    CHECK(only(rows_of(hl7_head, "OBX|1|NM|8867-4^^LOINC||60|/min|||||F")).code.loinc == "8867-4");
}

TEST_CASE("a mapping may hold a message for a value that does not read", "[hl7_application]") {
    const auto strict =
        "[mapping]\nname = \"sample\"\nformat = \"hl7\"\n[hl7]\nknown_codes = [\"LN\"]\nbad_values = "
        "\"hold\"\n";
    CHECK(failure_of(strict, "OBX|1|NM|15074-8^^LN||99|mg/dL|||||F") == "bad_value OBX[1]: unit_mismatch");
    CHECK(failure_of(strict, "OBX|1|NM|15074-8^^LN||5.5|mmol/L|||||F\rOBX|2|ST|9^^L||x||||||F") == "mapped");
}

TEST_CASE("a time that is not there or not true holds the message", "[hl7_application]") {
    const auto heart = [](std::string_view time) {
        return "OBX|1|NM|8867-4^^LN||60|/min|||||F|||" + std::string(time);
    };
    CHECK(failure_of(hl7_head, heart(""), "OBR|1||F1").starts_with("bad_timestamp OBX[1]-14"));
    CHECK(failure_of(hl7_head, heart("20261123")).starts_with("bad_timestamp"));
    CHECK(failure_of(hl7_head, heart("19700101000000+0000")).starts_with("bad_timestamp"));
    const auto limited =
        "[mapping]\nname = \"sample\"\nformat = \"hl7\"\nmax_ahead = \"1h\"\n[hl7]\nknown_codes = [\"LN\"]\n";
    CHECK(failure_of(limited, heart("20261123205000+0000")).starts_with("bad_timestamp"));
    CHECK(failure_of(limited, heart("20261123194700+0000")) == "mapped");
}

// HL7 table 0369: Q control specimen, C calibrator. They are no patient's.
TEST_CASE("what was measured on a control is left out whatever it is", "[hl7_application]") {
    const auto mapped = rows_of(laboratory, std::string(potassium) + "SPM|1|||BLD|||||||Q");
    CHECK(mapped.reports.empty());
    CHECK(left_out(mapped, "quality_control") == 1);
}

TEST_CASE("results of an order are a report of their own that later versions share", "[hl7_application]") {
    const auto one = rows_of(laboratory, std::string(potassium) + "OBX|2|NM|8867-4^^LN||60|/min|||||F");
    REQUIRE(one.reports.size() == 2);
    CHECK(one.reports[0].order != model::ResultKey{});
    CHECK(one.reports[1].order == model::ResultKey{});
    const auto corrected = rows_of(laboratory, "OBX|1|NM|2823-3^^LN||6.1|mmol/L|||||C|||202611231700");
    CHECK(corrected.reports[0].order == one.reports[0].order);
    CHECK(only(corrected).result == one.reports[0].observations[0].result);
    CHECK(only(corrected).id != one.reports[0].observations[0].id);
    const auto other = rows_of(laboratory, potassium, "OBR|1||F2||||202611231848");
    CHECK(other.reports[0].order != one.reports[0].order);
    CHECK(only(other).id != one.reports[0].observations[0].id);
}

TEST_CASE("a status is part of what a result is", "[hl7_application]") {
    const auto id_with = [](std::string_view status) {
        return only(rows_of(laboratory, "OBX|1|NM|2823-3^^LN||5.1|mmol/L|||||" + std::string(status))).id;
    };
    CHECK(id_with("P") != id_with("F"));
    CHECK(id_with("F") != id_with("D"));
    CHECK(id_with("F") == id_with("F"));
}

TEST_CASE("rows of one code are told apart and repetitions are not", "[hl7_application]") {
    const auto mapped =
        rows_of(hl7_head,
                "OBX|1|NM|150456^^MDC|1.1.1.1|97|%|||||R\rOBX|2|NM|150456^^MDC|1.2.1.1|95|%|||||R\r"
                "OBX|3|NM|150456^^MDC|1.2.1.1|95|%|||||R");
    REQUIRE(mapped.reports.at(0).observations.size() == 2);
    CHECK(mapped.reports[0].observations[0].part == model::Part{1, 1});
    CHECK(mapped.reports[0].observations[1].part == model::Part{2, 1});
    CHECK(left_out(mapped, "duplicate") == 1);
    const auto crowded =
        rows_of(hl7_head,
                "OBX|1|NM|150456^^MDC|1.1.1.1|97|%|||||R\rOBX|2|NM|150456^^MDC|1.1.1.1|95|%|||||R\r"
                "OBX|3|NM|150456^^MDC|1.1.1.1|95|%|||||R");
    REQUIRE(crowded.reports.at(0).observations.size() == 2);
    CHECK(crowded.reports[0].observations[1].containment == 2);
    CHECK(left_out(crowded, "duplicate") == 1);
}

// Two channels of a pump that give the same at the same time; two probes of one channel with one reading.
TEST_CASE("equal values of different parts are different values", "[hl7_application]") {
    const auto mapped =
        rows_of(hl7_head,
                "OBX|1|NM|150456^^MDC|1.20.1.1|97|%|||||R\rOBX|2|NM|150456^^MDC|1.20.2.1|97|%|||||R\r"
                "OBX|3|NM|150456^^MDC|1.20.2.7|97|%|||||R");
    CHECK(left_out(mapped, "duplicate") == 0);
    const auto& observations = mapped.reports.at(0).observations;
    REQUIRE(observations.size() == 3);
    CHECK(observations[0].id != observations[1].id);
    CHECK(observations[1].id != observations[2].id);
    CHECK(observations[1].containment == 1);
    CHECK(observations[2].containment == 7);
}

TEST_CASE("parts keep the device's names when they measured something", "[hl7_application]") {
    const auto mapped =
        rows_of(hl7_head,
                "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X\r"
                "OBX|2||69642^MDC_DEV_ANALY_SAT_O2_VMD^MDC|1.3.0.0|||||||X\r"
                "OBX|3||70771^MDC_DEV_ANALY_PERF_REL_CHAN^MDC|1.3.1.0|||||||X\r"
                "OBX|4||4711^Bett M\xC3\xBCller^MDC|1.3.2.0|||||||X\r"
                "OBX|5||70686^MDC_DEV_PRESS_BLD_NONINV_VMD^MDC|1.16.0.0|||||||X\r"
                "OBX|6|NM|150456^^MDC|1.3.1.1|97|%|||||R\rOBX|7|NM|150456^^MDC|1.3.2.1|95|%|||||R\r"
                "OBX|8|NM|150456^^MDC|1.0.0.5|93|%|||||R\rOBX|9|NM|150456^^MDC|1.1000.1.1|92|%|||||R");
    const auto& report = mapped.reports.at(0);
    CHECK(report.parts == std::vector<model::PartName>{{{3, 0}, 69642, "MDC_DEV_ANALY_SAT_O2_VMD"},
                                                       {{3, 1}, 70771, "MDC_DEV_ANALY_PERF_REL_CHAN"}});
    REQUIRE(report.observations.size() == 4);
    CHECK(report.observations[2].part == model::Part{});
    CHECK(report.observations[3].part == model::Part{});
}

TEST_CASE("a setting is no measurement and a test no patient's record", "[hl7_application]") {
    const auto setting = only(rows_of(hl7_head, "OBX|1|NM|151562^^MDC|1.1.1.1|12|/min|||||R||||||ASET^^MDC"));
    CHECK(setting.category == model::Category::setting);
    CHECK(only(rows_of(hl7_head, "OBX|1|NM|8867-4^^LN||60|/min||DEMO|||R")).mode == model::Mode::demo);
}

TEST_CASE("a site is a code and no text", "[hl7_application]") {
    const auto site = [](std::string_view stated) {
        return only(rows_of(hl7_head, "OBX|1|NM|8867-4^^LN||60|/min|||||F|||||||||" + std::string(stated)))
            .body_site;
    };
    CHECK(site("368209003^^SCT") == "368209003");
    CHECK(site("Frau Quittenbaum^^SCT").empty());
    CHECK(site("368209003^^L").empty());
}

TEST_CASE("a waveform takes its period from its facets", "[hl7_application]") {
    const auto ecg =
        hl7_head +
        "[lookup.codes]\n\"131329^MDC\" = { mdc = 131329, refid = \"MDC_ECG_ELEC_POTL_I\", "
        "display = \"ECG lead I\", category = \"measurement\", kind = \"waveform\", unit = \"mV\", "
        "waveform = { period_ms = 8 } }\n";
    const auto wave = only(rows_of(ecg,
                                   "OBX|1|NA|131329^^MDC|1.5.1.2|0.1^0.2|mV|||||R\r"
                                   "OBX|2|NM|67981^MDC_ATTR_TIME_PD_SAMP^MDC|1.5.1.2.2|2|ms|||||R"));
    CHECK(std::get<model::SampledData>(wave.value).period == std::chrono::microseconds(2000));
    CHECK(std::get<model::SampledData>(wave.value).samples == "0.1 0.2");
}

TEST_CASE("who is meant must be known and wanted", "[hl7_application]") {
    const auto loaded = sample::load(hl7_head);
    const auto mapped_for = [&](std::string_view pid3, bool associated) -> std::string {
        const auto octets = hl7::sample::replaced(hl7::sample::nibp, "12345^^^KIS^MR", pid3);
        const auto message = hl7::read_results(octets, hl7::sample::reading());
        const auto result =
            loaded.set.find("sample")->apply(*message, sample::received, {"d1", associated, "UTC"});
        if (!result) return result.error().reason;
        return result->reports.at(0).patient     ? "patient"
               : result->reports[0].about_person ? "person"
                                                 : "device";
    };
    CHECK(mapped_for("12345^^^KIS^MR", true) == "patient");
    CHECK(mapped_for("12345^^^ELSEWHERE^MR", true) == "unknown_authority");
    CHECK(mapped_for("", true) == "person");
    CHECK(mapped_for(std::string(65, '1'), true) == "bad_patient");
    CHECK(mapped_for("12345^^^KIS^MR", false) == "unexpected_patient");
    CHECK(mapped_for("", false) == "device");
}

TEST_CASE("formats are not mixed", "[hl7_application]") {
    const auto hl7_mapping = sample::load(hl7_head);
    CHECK(hl7_mapping.set.find("sample")->reads_hl7());
    CHECK(hl7_mapping.set.find("sample")->apply(sample::message("{}"), {"d1", true, "UTC"}).error().reason ==
          "wrong_format");
    const auto json =
        sample::load(sample::flat("[[rule.value]]\nparameter = \"heart_rate\"\npath = \"$.v\"\n"));
    CHECK_FALSE(json.set.find("sample")->reads_hl7());
    CHECK(json.set.find("sample")
              ->apply(hl7::ResultMessage{}, sample::received, {"d1", true, "UTC"})
              .error()
              .reason == "wrong_format");
}

TEST_CASE("a message of thousands of rows has an end", "[hl7_application]") {
    std::string rows;
    for (int i = 0; i < 4001; ++i)
        rows += "OBX|" + std::to_string(i) + "|NM|8867-4^^LN||" + std::to_string(i) + "|/min|||||F\r";
    CHECK(failure_of(hl7_head, rows).starts_with("too_many_values"));
}
