#include <fstream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/hl7/oru_message.hpp>

#include "hl7/sample_report.hpp"
#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::hl7;
using support::Program;
using support::ScratchFolder;

namespace {

struct Expectation {
    std::string path;
    std::string value;
};

// What python3-hl7 reads at each path.
std::vector<std::string> read_by_python(const std::string& message, const std::string& encoding,
                                        const std::vector<Expectation>& expectations) {
    const ScratchFolder folder;
    std::ofstream(folder / "message.hl7", std::ios::binary) << message;
    std::vector<std::string> command{"/usr/bin/python3", EDGEWARD_SOURCE_DIR "/tests/hl7/read_message.py",
                                     (folder / "message.hl7").string(), encoding};
    for (const auto& one : expectations)
        command.push_back(one.path);
    Program program(command, folder / "fields");
    REQUIRE(program.wait() == 0);
    std::istringstream lines(program.output());
    std::vector<std::string> values;
    for (std::string line; std::getline(lines, line);)
        values.push_back(line);
    return values;
}

}  // namespace

TEST_CASE("python3-hl7 reads the fields we wrote in every character set", "[integration][oru_message]") {
    const auto charset = GENERATE(Charset::utf8, Charset::iso8859_1, Charset::iso8859_15);
    const std::string encoding = charset == Charset::utf8        ? "utf-8"
                                 : charset == Charset::iso8859_1 ? "iso-8859-1"
                                                                 : "iso-8859-15";
    auto settings = sample::settings();
    settings.charset = charset;
    auto person = sample::person();
    person.family = "M\u00FCller|^~&\\";
    auto spo2 = sample::quantity(150456, "MDC_PULS_OXIM_SAT_O2", "97.0", "%", 1);
    const auto report = sample::report_of({sample::heart_rate(), spo2, sample::text_value("a^b")});
    const auto message = render_oru(settings, sample::envelope(), &person, sample::device(), report);
    REQUIRE(message);
    const std::vector<Expectation> expectations{
        {"MSH.1.3.1.1.1", "EDGEWARD"},
        {"MSH.1.3.1.2.1", "0011223344556677"},
        {"MSH.1.9.1.3.1", "ORU_R01"},
        {"MSH.1.10.1.1.1", "c-0001"},
        {"MSH.1.21.1.3.1", "1.3.6.1.4.1.19376.1.6.1.1.1"},
        {"PID.1.3.1.1.1", "4711"},
        {"PID.1.3.1.4.2", "1.2.276.0.76.3.1.1"},
        {"PID.1.3.2.1.1", "F-99"},
        {"PID.1.3.2.5.1", "VN"},
        {"PID.1.5.1.1.1", "M\u00FCller|^~&\\"},
        {"PID.1.5.1.2.1", "J\u00F6rg"},
        {"PID.1.7.1.1.1", "19610203"},
        {"PV1.1.3.1.3.1", "Bed 4"},
        {"OBR.1.3.1.1.1", "r-0001-1"},
        {"OBX.1.18.1.4.1", "EUI-64"},
        {"OBX.4.3.1.1.1", "147842"},
        {"OBX.4.5.1.1.1", "80"},
        {"OBX.4.6.1.2.1", "MDC_DIM_BEAT_PER_MIN"},
        {"OBX.5.5.1.1.1", "a^b"},
        {"OBX.8.4.1.1.1", "1.22.1.1"},
        {"OBX.8.5.1.1.1", "97.0"},
    };
    const auto values = read_by_python(*message, encoding, expectations);
    REQUIRE(values.size() == expectations.size());
    for (std::size_t at = 0; at < values.size(); ++at) {
        CAPTURE(expectations[at].path);
        CHECK(values[at] == expectations[at].value);
    }
}

TEST_CASE("python3-hl7 reads a message of every identity level", "[integration][oru_message]") {
    const auto person = sample::person();
    const auto report = sample::report_of({sample::heart_rate()});
    struct Case {
        PatientPart patient;
        std::vector<Expectation> expected;
    };
    const std::vector<Case> cases{
        {&person, {{"PID.1.3.1.1.1", "4711"}, {"PID.1.7.1.1.1", "19610203"}, {"PV1.1.3.1.3.1", "Bed 4"}}},
        {PseudonymousPatient{"RES1-X0", "research"},
         {{"PID.1.3.1.1.1", "RES1-X0"},
          {"PID.1.3.1.4.1", "EWRES"},
          {"PID.1.5.1.7.1", "U"},
          {"PID.1.7.1.1.1", ""},
          {"PV1.1.3.1.3.1", ""}}},
        {AnonymousPatient{model::AgeBand{60, 69}},
         {{"PID.1.3.1.1.1", ""},
          {"PID.1.5.1.7.1", "U"},
          {"OBX.1.18.1.1.1", ""},
          {"OBX.2.2.1.1.1", "SN"},
          {"OBX.2.3.1.1.1", "30525-0"},
          {"OBX.2.5.1.2.1", "60"},
          {"OBX.2.5.1.3.1", "-"},
          {"OBX.2.5.1.4.1", "69"}}},
        {TechnicalOnly{}, {{"PID.1.3.1.1.1", ""}, {"PID.1.5.1.7.1", "U"}, {"OBX.1.18.1.4.1", "EUI-64"}}}};
    for (const auto& one : cases) {
        CAPTURE(one.patient.index());
        const auto message =
            render_oru(sample::settings(), sample::envelope(), one.patient, sample::device(), report);
        REQUIRE(message);
        const auto values = read_by_python(*message, "utf-8", one.expected);
        REQUIRE(values.size() == one.expected.size());
        for (std::size_t at = 0; at < values.size(); ++at) {
            CAPTURE(one.expected[at].path);
            CHECK(values[at] == one.expected[at].value);
        }
    }
}
