#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "sample_message.hpp"

using namespace edgeward;
using namespace edgeward::mapping;
using sample::flat;
using sample::mapped;
using sample::reason;

namespace {

const std::string heart_rate = "[[rule.value]]\nparameter = \"heart_rate\"\npath = \"$.HR\"\n";
const std::string battery =
    "[[rule.value]]\nlocal_system = \"urn:x\"\nlocal_code = \"battery\"\ncategory = \"technical\"\nunit = "
    "\"%\"\n"
    "path = \"$.battery\"\n";
const std::string patient = "[patient]\npath = \"$.pid\"\nauthority = \"KIS\"\n";
const std::string time_1 = R"("t":"2026-11-23T19:48:00+01:00")";

std::string object(const std::string& members) {
    return "{" + time_1 + "," + members + "}";
}

}  // namespace

TEST_CASE("a flat message becomes one report of coded values", "[application]") {
    const auto message =
        mapped(flat(heart_rate + battery, patient + "[sequence]\npath = \"$.seq\"\n"),
               object(R"("HR":62.8,"battery":80,"pid":" 4711 ","seq":9,"name":"Mustermann")"));
    REQUIRE(message.reports.size() == 1);
    const auto& report = message.reports.front();
    CHECK(report.device == "d1");
    CHECK(report.sequence == 9);
    CHECK(report.about_person);
    CHECK(report.patient == model::PatientIdentifier{"4711", "KIS", "PI"});
    REQUIRE(report.observations.size() == 2);
    const auto& first = report.observations.front();
    CHECK(first.code.mdc == 147842);
    CHECK(first.code.loinc == "8867-4");
    CHECK(sample::quantity(first) == "62.8 /min");
    CHECK(first.category == model::Category::vital_sign);
    CHECK(first.containment == 1);
    CHECK(to_rfc3339(first.effective) == "2026-11-23T19:48:00.000+01:00");
    CHECK(report.observations.back().category == model::Category::technical);
    CHECK(report.observations.back().containment == 2);
    CHECK(message.unlisted == 1);  // the name
}

TEST_CASE("what no rule reads is counted, at every depth", "[application]") {
    const auto unlisted = [](const std::string& members) {
        return mapped(flat(heart_rate + battery, patient), object(members)).unlisted;
    };
    CHECK(unlisted(R"("HR":62,"battery":80,"pid":"4711")") == 0);
    CHECK(unlisted(R"("HR":null,"battery":80)") == 0);  // read, and absent
    CHECK(unlisted(R"("HR":62,"a":null,"b":true,"c":[1,[2]],"d":{"e":{"f":"x"},"g":{}})") == 5);
}

TEST_CASE("unit and code beside a value that is not there are listed all the same", "[application]") {
    const auto with_unit = flat(
        "[[rule.value]]\nparameter = \"heart_rate\"\npath = \"$.HR\"\nunit_path = "
        "\"$.u\"\n" +
        battery);
    CHECK(mapped(with_unit, object(R"("battery":80,"u":"/min")")).unlisted == 0);
}

TEST_CASE("the samples of a waveform are read with their array", "[application]") {
    const auto wave = flat(
        "[[rule.value]]\nmdc = 131329\ndisplay = \"Lead I\"\ncategory = \"measurement\"\nkind = "
        "\"waveform\"\npath = \"$.wave\"\nunit = \"mV\"\nwaveform = { period_ms = 2 }\n");
    CHECK(mapped(wave, object(R"("wave":[1,2,3],"other":[1,2])")).unlisted == 2);
}

TEST_CASE("a message without clinical values is about the device and carries no person", "[application]") {
    const auto message = mapped(flat(heart_rate + battery, patient), object(R"("battery":80,"pid":"4711")"));
    REQUIRE(message.reports.size() == 1);
    CHECK_FALSE(message.reports.front().about_person);
    CHECK_FALSE(message.reports.front().patient.has_value());
}

TEST_CASE("a device that measures no person yields technical values only", "[application]") {
    const DeviceFacts unassociated{"d1", false, "UTC"};
    const auto message = mapped(flat(heart_rate, patient), object(R"("HR":60)"), unassociated);
    CHECK_FALSE(message.reports.at(0).about_person);
    CHECK(message.reports.at(0).observations.at(0).category == model::Category::technical);
    CHECK(reason(flat(heart_rate, patient), object(R"("HR":60,"pid":"4711")"), unassociated) ==
          "unexpected_patient");
}

TEST_CASE("nested lists yield a value for each element and different patients different reports",
          "[application]") {
    const std::string toml = R"(
[mapping]
name = "gateway"
[[rule]]
each = ["$.beds[*]", "@.readings[*]"]
timestamp = { path = "@.at", format = "rfc3339" }
patient = { path = "^.patient", authority = "KIS" }
sequence = { path = "^^.seq" }
[[rule.value]]
parameter = "heart_rate"
path = "@.hr"
)";
    const auto message = mapped(toml, R"({"seq":3,"beds":[
        {"patient":"1","readings":[{"at":"2026-11-23T18:00:00Z","hr":60},{"at":"2026-11-23T18:01:00Z","hr":60}]},
        {"patient":"2","readings":[{"at":"2026-11-23T18:00:00Z","hr":80}]},
        {"patient":"1","readings":[{"at":"2026-11-23T18:02:00Z","hr":61}]}]})");
    REQUIRE(message.reports.size() == 2);
    CHECK(message.reports[0].patient->value == "1");
    CHECK(message.reports[0].observations.size() == 3);
    CHECK(message.reports[0].sequence == 3);
    CHECK(message.reports[1].patient->value == "2");
    CHECK(message.reports[1].observations.size() == 1);
}

TEST_CASE("codes and units from the message go through their tables", "[application]") {
    const std::string toml = R"(
[mapping]
name = "coded"
[timestamp]
path = "$.t"
format = "rfc3339"
[[rule]]
each = ["$.values[*]"]
[[rule.value]]
path = "@.v"
code_path = "@.c"
code_table = "codes"
unit_path = "@.u"
unit_table = "units"
[lookup.codes]
HR = { parameter = "heart_rate", off_values = [0] }
T1 = { parameter = "core_temperature" }
GLU = { parameter = "glucose" }
[units.units]
bpm = "/min"
F = "[degF]"
C = "Cel"
mmol = "mmol/L"
)";
    const auto message =
        mapped(toml, object(R"("values":[{"c":"HR","v":60,"u":"bpm"},{"c":"T1","v":98.6,"u":"F"},
        {"c":"HR","v":0,"u":"bpm"},{"c":"XX","v":1,"u":"bpm"},{"c":"T1","v":37,"u":"bpm"},{"c":"T1","v":37,"u":"X"},
        {"c":"T1","v":37},{"c":"GLU","v":5.5,"u":"mmol"},{"c":"HR","v":60,"u":"bpm"}])"));
    REQUIRE(message.reports.size() == 1);
    REQUIRE(message.reports[0].observations.size() == 2);
    CHECK(sample::quantity(message.reports[0].observations[0]) == "60 /min");
    CHECK(sample::quantity(message.reports[0].observations[1]) == "37.0 Cel");
    CHECK(sample::left_out(message, "off") == 1);
    CHECK(sample::left_out(message, "not_listed") == 1);
    CHECK(sample::left_out(message, "unit_mismatch") == 2);
    CHECK(sample::left_out(message, "unknown_unit") == 2);
    CHECK(sample::left_out(message, "duplicate") == 1);
}

TEST_CASE("an unknown code refuses the message where the mapping says so", "[application]") {
    const std::string toml = flat(
        "[[rule.value]]\npath = \"$.v\"\ncode_path = \"$.c\"\ncode_table = \"codes\"\nunknown_code = "
        "\"refuse_message\"\n",
        "[lookup.codes]\nHR = { parameter = \"heart_rate\" }\n");
    CHECK(reason(toml, object(R"("c":"HR","v":60)")) == "mapped");
    CHECK(reason(toml, object(R"("c":"XX","v":60)")) == "unknown_code");
}

TEST_CASE("rules are chosen by topic and content", "[application]") {
    const std::string toml = R"(
[mapping]
name = "chosen"
topics = ["devices/#"]
[timestamp]
path = "$.t"
format = "rfc3339"
[[rule]]
topics = ["devices/+/vitals"]
[[rule.value]]
parameter = "heart_rate"
path = "$.v"
[[rule]]
topics = ["devices/+/data"]
when = [{ path = "$.type", one_of = ["rr", 7] }, { path = "$.silent", exists = false }]
[[rule.value]]
parameter = "respiratory_rate"
path = "$.v"
)";
    const auto loaded = sample::load(toml);
    const Mapping& mapping = *loaded.set.find("chosen");
    const auto code = [&](const std::string& topic, const std::string& members) {
        const auto result = mapping.apply(sample::message(object(members), topic), {"d1", true, "UTC"});
        return result ? result->reports.at(0).observations.at(0).code.loinc : result.error().reason;
    };
    CHECK(code("devices/d1/vitals", R"("v":1)") == "8867-4");
    CHECK(code("devices/d1/data", R"("v":1,"type":"rr")") == "9279-1");
    CHECK(code("devices/d1/data", R"("v":1,"type":7)") == "9279-1");
    CHECK(code("devices/d1/data", R"("v":1,"type":"hr")") == "no_rule_matches");
    CHECK(code("devices/d1/data", R"("v":1,"type":"rr","silent":true)") == "no_rule_matches");
    CHECK(code("other/d1/data", R"("v":1,"type":"rr")") == "topic_mismatch");
}

TEST_CASE("elements are chosen by their own content", "[application]") {
    const std::string toml = R"(
[mapping]
name = "where"
[timestamp]
path = "$.t"
format = "rfc3339"
[[rule]]
each = ["$.values[*]"]
where = [{ path = "@.kind", one_of = ["hr"] }]
[[rule.value]]
parameter = "heart_rate"
path = "@.v"
)";
    const auto message = mapped(toml, object(R"("values":[{"kind":"hr","v":1},{"kind":"rr","v":2}])"));
    REQUIRE(message.reports.at(0).observations.size() == 1);
    CHECK(sample::quantity(message.reports[0].observations[0]) == "1 /min");
}

TEST_CASE("quality and mode come from the message and unknown words are taken with caution",
          "[application]") {
    const std::string toml = flat(heart_rate, R"(
[quality]
path = "$.q"
reliable = ["", "ok"]
questionable = ["artifact"]
invalid = ["leadoff"]
[mode]
path = "$.m"
production = ["", "normal"]
test = ["test"]
demo = ["demo"]
)");
    const auto of = [&](const std::string& members) {
        const auto message = mapped(toml, object("\"HR\":60" + members));
        const auto& observation = message.reports.at(0).observations.at(0);
        return std::string(name_of(observation.quality)) + " " + std::string(name_of(observation.mode));
    };
    CHECK(of("") == "reliable production");
    CHECK(of(R"(,"q":"ok","m":"normal")") == "reliable production");
    CHECK(of(R"(,"q":"artifact","m":"demo")") == "questionable demo");
    CHECK(of(R"(,"q":"leadoff","m":"test")") == "invalid test");
    CHECK(of(R"(,"q":"strange","m":"strange")") == "questionable test");
}

TEST_CASE("a whole message is refused with a fixed word", "[application]") {
    struct Row {
        const char* more;
        const char* value;
        const char* members;
        const char* word;
    };
    const Row row = GENERATE(values<Row>({
        {"", "", R"("HR":60)", "mapped"},
        {"", "required = true\n", R"("XX":60)", "missing_required"},
        {"", "required = true\n", R"("HR":null)", "missing_required"},
        {"", "required = true\n", R"("HR":"x")", "bad_value"},
        {"", "", R"("XX":60)", "no_values"},
        {"[sequence]\npath = \"$.s\"\n", "", R"("HR":60,"s":-1)", "bad_sequence"},
        {"[sequence]\npath = \"$.s\"\n", "", R"("HR":60,"s":1.5)", "bad_sequence"},
        {"[sequence]\npath = \"$.s\"\nrequired = true\n", "", R"("HR":60)", "missing_required"},
        {"[patient]\npath = \"$.p\"\nauthority = \"K\"\n", "", R"("HR":60,"p":["x"])", "bad_patient"},
        {"[patient]\npath = \"$.p\"\nauthority = \"K\"\n", "", R"("HR":60,"p":"a\u0007")", "bad_patient"},
        {"[patient]\npath = \"$.p\"\nauthority = \"K\"\n", "", R"("HR":60,"p":"")", "mapped"},
        {"[patient]\npath = \"$.p\"\nauthority = \"K\"\nrequired = true\n", "", R"("HR":60,"p":"")",
         "missing_required"},
    }));
    CAPTURE(row.more, row.value, row.members);
    CHECK(reason(flat(heart_rate + row.value, row.more), object(row.members)) == row.word);
}

TEST_CASE("the time must be there and sound", "[application]") {
    CHECK(reason(flat(heart_rate), R"({"HR":60})") == "bad_timestamp");
    CHECK(reason(flat(heart_rate), R"({"HR":60,"t":null})") == "bad_timestamp");
    CHECK(reason(flat(heart_rate), R"({"HR":60,"t":"2026-13-01T00:00:00Z"})") == "bad_timestamp");
    const std::string fallback =
        "[mapping]\nname = \"f\"\n[timestamp]\npath = \"$.t\"\nfallback_path = \"$.u\"\nformat = "
        "\"rfc3339\"\n[[rule]]\n" +
        heart_rate;
    CHECK(reason(fallback, R"({"HR":60,"u":"2026-11-23T18:00:00Z"})") == "mapped");
    const std::string ahead =
        "[mapping]\nname = \"f\"\nmax_ahead = \"60s\"\n[timestamp]\npath = \"$.t\"\nformat = "
        "\"rfc3339\"\n[[rule]]\n" +
        heart_rate;
    CHECK(reason(ahead, R"({"HR":60,"t":"2026-11-23T18:49:00Z"})") == "mapped");
    CHECK(reason(ahead, R"({"HR":60,"t":"2026-11-23T18:49:01Z"})") == "bad_timestamp");
}

TEST_CASE("a message kept by the broker is refused when only its receipt would date it", "[application]") {
    const std::string toml =
        "[mapping]\nname = \"r\"\n[timestamp]\nformat = \"receipt\"\n[[rule]]\n" + heart_rate;
    const auto loaded = sample::load(toml);
    CHECK(loaded.warnings.size() == 1);
    auto message = sample::message(R"({"HR":60})");
    const auto fresh = loaded.set.find("r")->apply(message, {"d1", true, "Europe/Berlin"});
    REQUIRE(fresh.has_value());
    CHECK(to_rfc3339(fresh->reports.at(0).observations.at(0).effective) == "2026-11-23T19:48:00.000+01:00");
    message.retained = true;
    const auto retained = loaded.set.find("r")->apply(message, {"d1", true, "UTC"});
    REQUIRE_FALSE(retained.has_value());
    CHECK(retained.error().reason == "retained");
}

TEST_CASE("a payload that names another device is refused", "[application]") {
    const std::string toml =
        "[mapping]\nname = \"d\"\ndevice_path = \"$.dev\"\n[timestamp]\npath = \"$.t\"\nformat = "
        "\"rfc3339\"\n[[rule]]\n" +
        heart_rate;
    CHECK(reason(toml, object(R"("HR":60,"dev":"d1")")) == "mapped");
    CHECK(reason(toml, object(R"("HR":60,"dev":"d2")")) == "device_mismatch");
    CHECK(reason(toml, object(R"("HR":60)")) == "device_mismatch");
}

TEST_CASE("the same message always yields the same names", "[application]") {
    const auto loaded = sample::load(flat(heart_rate));
    auto message = sample::message(object(R"("HR":60)"));
    const auto first = loaded.set.find("sample")->apply(message, {"d1", true, "UTC"});
    message.received += std::chrono::hours(5);
    message.redelivered = true;
    const auto again = loaded.set.find("sample")->apply(message, {"d1", true, "UTC"});
    CHECK(first->reports.at(0).observations == again->reports.at(0).observations);
}

TEST_CASE("the number of values in one message is bounded", "[application]") {
    const std::string toml =
        flat("each = [\"$.v[*]\"]\n[[rule.value]]\nparameter = \"heart_rate\"\npath = \"@\"\n");
    std::string values = "1";
    for (int i = 2; i <= 4001; ++i)
        values += "," + std::to_string(i);
    CHECK(reason(toml, object("\"v\":[" + values + "]")) == "too_many_values");
}

TEST_CASE("failures name the mapping and never the payload", "[application]") {
    const auto result = sample::apply(flat(heart_rate + "required = true\n"), object(R"("HR":"Mustermann")"));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().detail == "rule[1].value[1] ($.HR): not_a_number");
}
