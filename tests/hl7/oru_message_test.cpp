#include <edgeward/hl7/oru_message.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <set>

#include "message.hpp"

#include "hl7/sample_report.hpp"

using namespace edgeward;
using namespace edgeward::hl7;
using sample::heart_rate;
using sample::quantity;

namespace {

std::string render(const PatientPart& patient, const model::Report& report,
                   const OruSettings& settings = sample::settings()) {
    const auto message = render_oru(settings, sample::envelope(), patient, sample::device(), report);
    REQUIRE(message);
    return *message;
}

std::vector<std::string> places_under_first_obr(const std::string& octets) {
    std::vector<std::string> places;
    int orders = 0;
    const auto message = Message::parse(octets);
    for (const Segment& segment : message->segments()) {
        if (segment.name() == "OBR") ++orders;
        if (segment.name() == "OBX" && orders == 1) places.emplace_back(segment.field(4));
    }
    return places;
}

}  // namespace

// Built by hand from IHE PCD TF-2 appendix B (field rules) and E.1.2 (episodic NIBP): device and unit codes
// are those of the printed message, person and values are our own.
TEST_CASE("an identified report is the PCD-01 message of the technical framework", "[oru_message]") {
    const auto person = sample::person();
    const std::string when = "2026-11-23T19:48:46+01:00";
    const auto report = sample::report_of(
        {heart_rate(), quantity(150021, "MDC_PRESS_BLD_NONINV_SYS", "111", "mm[Hg]", 1, when),
         quantity(150022, "MDC_PRESS_BLD_NONINV_DIA", "60", "mm[Hg]", 2, when)});
    CHECK(render(&person, report) ==
          "MSH|^~\\&|EDGEWARD^0011223344556677^EUI-64|WARD|KIS|HOSPITAL|20261123194847.250+0100||ORU^R01^ORU_"
          "R01|c-0001"
          "|P|2.6|||AL|NE||UNICODE UTF-8|||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO\r"
          "PID|||4711^^^HOSP&1.2.276.0.76.3.1.1&ISO^PI~F-99^^^CASE^VN||M\u00FCller^J\u00F6rg^^^^^L||19610203|"
          "M\r"
          "PV1||U|ICU^2^Bed 4||||||||||||||||F-99\r"
          "OBR|1||r-0001-1^EDGEWARD^0011223344556677^EUI-64|182777000^monitoring of "
          "patient^SCT|||20261123194846+0100\r"
          "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||080019FFFE0B4020^^"
          "080019FFFE0B4020"
          "^EUI-64\r"
          "OBX|2||69798^MDC_DEV_ECG_VMD^MDC|1.5.0.0|||||||X\r"
          "OBX|3||69799^MDC_DEV_ECG_CHAN^MDC|1.5.1.0|||||||X\r"
          "OBX|4|NM|147842^MDC_ECG_HEART_RATE^MDC^8867-4^Heart "
          "rate^LN|1.5.1.1|80|264864^MDC_DIM_BEAT_PER_MIN^MDC^/min"
          "^/min^UCUM|||||R||||||AMEAS^^MDC\r"
          "OBX|5||70686^MDC_DEV_PRESS_BLD_NONINV_VMD^MDC|1.16.0.0|||||||X\r"
          "OBX|6||70687^MDC_DEV_PRESS_BLD_NONINV_CHAN^MDC|1.16.1.0|||||||X\r"
          "OBX|7|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.16.1.1|111|266016^MDC_DIM_MMHG^MDC^mm[Hg]^mm[Hg]^"
          "UCUM|||||R||"
          "|20261123194846+0100|||AMEAS^^MDC\r"
          "OBX|8|NM|150022^MDC_PRESS_BLD_NONINV_DIA^MDC|1.16.1.2|60|266016^MDC_DIM_MMHG^MDC^mm[Hg]^mm[Hg]^"
          "UCUM|||||R|||"
          "20261123194846+0100|||AMEAS^^MDC\r");
}

TEST_CASE("a pseudonymous message carries the pseudonym and nothing of the person", "[oru_message]") {
    const std::string text = render(PseudonymousPatient{"RES1-ABC", "research"},
                                    sample::report_of({heart_rate(), sample::text_value("Doe")}));
    CHECK(text.find("\rPID|||RES1-ABC^^^EWRES&1.2.276.0.76.3.1.9&ISO^PI||^^^^^^U\r") != std::string::npos);
    CHECK(text.find("\rPV1||U\r") != std::string::npos);
    CHECK(text.find("\rOBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||mon-1\r") !=
          std::string::npos);
    for (const std::string_view hidden : {"ICU", "Bed 4", "Doe", "SN77", "080019FFFE0B4020", "Acme"}) {
        CHECK(text.find(hidden) == std::string::npos);
    }
}

TEST_CASE("a technical message names no person at all", "[oru_message]") {
    const std::string text = render(TechnicalOnly{}, sample::report_of({heart_rate()}));
    CHECK(text.find("\rPID|||||^^^^^^U\rPV1||U\r") != std::string::npos);
    CHECK(text.find("ICU") == std::string::npos);
}

TEST_CASE("every effective time has its own order in time order", "[oru_message]") {
    const auto early = quantity(150021, "SYS", "120", "mm[Hg]", 1, "2026-11-23T19:40:00+01:00");
    // The same moment in another zone: after a clock change data begins a new order.
    const auto other_zone = quantity(150456, "SPO2", "97", "%", 1, "2026-11-23T18:48:46+00:00");
    const std::string text = render(TechnicalOnly{}, sample::report_of({heart_rate(), early, other_zone}));
    const auto message = Message::parse(text);
    std::vector<std::string> orders;
    std::vector<std::string> numbers;
    for (const Segment& segment : message->segments()) {
        if (segment.name() == "OBR")
            orders.push_back(segment.component(3, 1) + " " + std::string(segment.field(7)));
        if (segment.name() == "OBX") numbers.emplace_back(segment.field(1));
    }
    CHECK(orders == std::vector<std::string>{"r-0001-1 20261123194000+0100", "r-0001-2 20261123184846+0000",
                                             "r-0001-3 20261123194846+0100"});
    for (std::size_t at = 0; at < numbers.size(); ++at)
        CHECK(numbers[at] == std::to_string(at + 1));
}

TEST_CASE("parents come first and no place is used twice", "[oru_message]") {
    std::vector<model::Observation> many;
    for (const std::uint32_t mdc :
         {157784U, 150344U, 150456U, 150021U, 150033U, 147842U, 147842U, 151562U, 68063U, 0U}) {
        auto one = quantity(mdc, "R", "1", "1", 1);
        one.code.local_code = "x";
        many.push_back(one);
    }
    const auto places = places_under_first_obr(render(TechnicalOnly{}, sample::report_of(many)));
    CHECK(places == std::vector<std::string>{
                        "1.0.0.0",  "1.0.0.1",  "1.1.0.0",  "1.1.1.0",  "1.1.1.1",  "1.2.0.0",  "1.2.1.0",
                        "1.2.1.1",  "1.5.0.0",  "1.5.1.0",  "1.5.1.1",  "1.5.1.2",  "1.13.0.0", "1.13.1.0",
                        "1.13.1.1", "1.16.0.0", "1.16.1.0", "1.16.1.1", "1.20.0.0", "1.20.1.0", "1.20.1.1",
                        "1.22.0.0", "1.22.1.0", "1.22.1.1", "1.26.0.0", "1.26.1.0", "1.26.1.1"});
}

// IHE PCD TF-2 B.8.4: parents come first, each named by its own term. Terms as in E.1.1; what the device
// places and what it does not place never meet.
TEST_CASE("parts are numbered and named as the device does", "[oru_message]") {
    auto saturation = quantity(150456, "MDC_PULS_OXIM_SAT_O2", "99", "%", 1);
    saturation.part = {3, 1};
    auto perfusion = quantity(150448, "MDC_PULS_OXIM_PERF_REL", "3.9", "1", 1);
    perfusion.part = {3, 2};
    auto rate = heart_rate();
    rate.part = {2, 0};
    auto height = quantity(68060, "MDC_ATTR_PT_HEIGHT", "180", "cm", 2);
    height.part = {4, 1};
    auto report = sample::report_of(
        {saturation, perfusion, rate, height, quantity(151562, "MDC_RESP_RATE", "14", "/min", 1)});
    report.parts = {{{3, 0}, 69642, "MDC_DEV_ANALY_SAT_O2_VMD"},
                    {{3, 1}, 70771, "MDC_DEV_ANALY_PERF_REL_CHAN"}};
    const std::string text = render(TechnicalOnly{}, report);
    const auto message = Message::parse(text);
    std::vector<std::string> rows;
    for (const Segment& segment : message->segments()) {
        if (segment.name() == "OBX")
            rows.push_back(std::string(segment.field(4)) + " " + segment.component(3, 2));
    }
    CHECK(rows ==
          std::vector<std::string>{"1.0.0.0 MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS", "1.2.0.0 MDC_DEV_ECG_VMD",
                                   "1.2.0.1 MDC_ECG_HEART_RATE", "1.3.0.0 MDC_DEV_ANALY_SAT_O2_VMD",
                                   "1.3.1.0 MDC_DEV_ANALY_PERF_REL_CHAN", "1.3.1.1 MDC_PULS_OXIM_SAT_O2",
                                   "1.3.2.0 MDC_DEV_ANALY_SAT_O2_CHAN", "1.3.2.1 MDC_PULS_OXIM_PERF_REL",
                                   "1.4.0.0 MDC_DEV_MON_PHYSIO_MULTI_PARAM_VMD",
                                   "1.4.1.0 MDC_DEV_MON_PHYSIO_MULTI_PARAM_CHAN",
                                   "1.4.1.2 MDC_ATTR_PT_HEIGHT", "1.1002.0.0 MDC_DEV_ANALY_RESP_RATE_VMD",
                                   "1.1002.1.0 MDC_DEV_ANALY_RESP_RATE_CHAN", "1.1002.1.1 MDC_RESP_RATE"});
}

TEST_CASE("a device without a number of its own is named by what is known", "[oru_message]") {
    const auto named = [](DeviceFacts device) {
        const auto message = render_oru(sample::settings(), sample::envelope(), TechnicalOnly{}, device,
                                        sample::report_of({heart_rate()}));
        REQUIRE(message);
        return std::string(Message::parse(*message)->find("OBX")->field(18));
    };
    CHECK(named({"mon-1", {}, {}, {}, {}}) == "mon-1");
    CHECK(named({"mon-1", {}, {}, "SN77", {}}) == "SN77");
    CHECK(named({"mon-1", "Acme", "M1", "SN77", {}}) == "SN77^Acme M1");
    CHECK(named({"mon-1", {}, "M1", {}, {}}) == "mon-1^M1");
}

TEST_CASE("waveforms have an order of their own with start and end", "[oru_message]") {
    auto wave = quantity(131329, "MDC_ECG_ELEC_POTL_I", "0", "mV", 2);
    model::SampledData data;
    data.period = std::chrono::microseconds(500'000);
    data.ucum = "mV";
    data.samples = "1 2 3";
    wave.value = data;
    const std::string text = render(TechnicalOnly{}, sample::report_of({wave, heart_rate()}));
    CHECK(text.find("\rOBR|2||r-0001-2^EDGEWARD^0011223344556677^EUI-64|69121^MDC_OBS_WAVE_CTS^MDC|||"
                    "20261123194846+0100|20261123194847.500+0100\r") != std::string::npos);
}

TEST_CASE("only normal operation is sent as production", "[oru_message]") {
    auto test = heart_rate();
    test.mode = model::Mode::test;
    auto demo = heart_rate();
    demo.mode = model::Mode::demo;
    const auto processing = [](std::vector<model::Observation> observations) {
        const std::string text = render(TechnicalOnly{}, sample::report_of(std::move(observations)));
        return std::string(Message::parse(text)->find("MSH")->field(11));
    };
    CHECK(processing({heart_rate()}) == "P");
    CHECK(processing({heart_rate(), test}) == "T");
    CHECK(processing({test, demo}) == "D");
}

TEST_CASE("original mode asks for no accept acknowledgement", "[oru_message]") {
    auto settings = sample::settings();
    settings.acknowledgement = AcknowledgementMode::original;
    settings.language = "de^German^ISO639";
    settings.version = "2.5.1";
    const std::string text = render(TechnicalOnly{}, sample::report_of({heart_rate()}), settings);
    const auto message = Message::parse(text);
    const Segment& msh = *message->find("MSH");
    CHECK(msh.field(15).empty());
    CHECK(msh.field(16).empty());
    CHECK(msh.field(12) == "2.5.1");
    CHECK(msh.field(19) == "de^German^ISO639");
}

TEST_CASE("the octets are those of the declared character set", "[oru_message]") {
    auto settings = sample::settings();
    settings.charset = Charset::iso8859_15;
    const auto person = sample::person();
    const std::string text = render(&person, sample::report_of({heart_rate()}), settings);
    CHECK(text.find("|8859/15|") != std::string::npos);
    CHECK(text.find("M\xFCller^J\xF6rg") != std::string::npos);
}

TEST_CASE("a name the character set cannot carry stops the message", "[oru_message]") {
    auto settings = sample::settings();
    settings.charset = Charset::iso8859_15;
    auto person = sample::person();
    person.family = "\u0141\u00F3d\u017A";
    const auto message = render_oru(settings, sample::envelope(), &person, sample::device(),
                                    sample::report_of({heart_rate()}));
    REQUIRE_FALSE(message);
    CHECK(message.error().kind == ErrorKind::invalid_input);
    CHECK(message.error().message ==
          "render HL7 message: PID-5: a character is not in the character set 8859/15");
}

TEST_CASE("an identifier of an unknown authority stops the message", "[oru_message]") {
    auto person = sample::person();
    person.identifiers.push_back({"1", "elsewhere", "PI"});
    const auto message = render_oru(sample::settings(), sample::envelope(), &person, sample::device(),
                                    sample::report_of({heart_rate()}));
    REQUIRE_FALSE(message);
    CHECK(message.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("what is missing of a person stays empty", "[oru_message]") {
    model::Identity person;
    person.identifiers = {{"4711", "hospital", "PI"}};
    person.birth_date = "1961";
    auto report = sample::report_of({heart_rate()});
    report.location = {};
    const std::string text = render(&person, report);
    CHECK(text.find("\rPID|||4711^^^HOSP&1.2.276.0.76.3.1.1&ISO^PI||^^^^^^U||1961|\rPV1||U\r") !=
          std::string::npos);
}

TEST_CASE("a birth date of another form stops the message", "[oru_message]") {
    auto person = sample::person();
    person.birth_date = GENERATE("3.2.1961", "61", "196102031200");
    CHECK_FALSE(render_oru(sample::settings(), sample::envelope(), &person, sample::device(),
                           sample::report_of({heart_rate()})));
}

TEST_CASE("an identity with delimiters in it cannot add fields or segments", "[oru_message]") {
    auto person = sample::person();
    person.family = "A|B^C\rOBX|9~&\\";
    const std::string text = render(&person, sample::report_of({heart_rate()}));
    const auto message = Message::parse(text);
    CHECK(message->find("PID")->component(5, 1) == person.family);
    CHECK(message->find("PID")->component(5, 2) == person.given);
    CHECK(message->find("OBX")->field(1) == "1");
}

TEST_CASE("a report without observations or an identified message without identity is refused",
          "[oru_message]") {
    CHECK_FALSE(render_oru(sample::settings(), sample::envelope(), TechnicalOnly{}, sample::device(), {}));
    const model::Identity* nobody = nullptr;
    CHECK_FALSE(render_oru(sample::settings(), sample::envelope(), nobody, sample::device(),
                           sample::report_of({heart_rate()})));
}

TEST_CASE("the same report gives the same octets", "[oru_message]") {
    const auto person = sample::person();
    const auto report = sample::report_of({heart_rate(), heart_rate("81"), sample::text_value("x")});
    CHECK(render(&person, report) == render(&person, report));
}

TEST_CASE("what takes a report back says wrong patient in every row of a value", "[oru_message]") {
    const auto person = sample::person();
    auto report = sample::report_of({heart_rate()});
    report.takes_back = 7;
    const std::string octets = render(&person, report);
    const auto message = Message::parse(octets);
    std::string statuses;
    for (const Segment& segment : message->segments())
        if (segment.name() == "OBX") statuses.append(segment.field(11)).append(" ");
    CHECK(statuses == "X X X W ");
}

TEST_CASE("an anonymised message names no person, no device and no bed", "[oru_message]") {
    auto report = sample::report_of({heart_rate()});
    report.location = {"intensive care", {}, {}};
    const auto band = GENERATE(values<std::pair<std::optional<model::AgeBand>, std::string>>(
        {{model::AgeBand{60, 69}, "|^60^-^69|"},
         {model::AgeBand{90, std::nullopt}, "|>=^90|"},
         {std::nullopt, ""}}));
    const auto message = render(AnonymousPatient{band.first}, report);
    CHECK(message.find("\rPID|||||^^^^^^U\r") != std::string::npos);
    CHECK(message.find("\rPV1||U|intensive care\r") != std::string::npos);
    CHECK(message.find("|1.0.0.0|||||||X\r") != std::string::npos);  // no OBX-18
    for (const char* hint : {"mon-1", "Acme", "SN77", "080019FFFE0B4020"})
        CHECK(message.find(hint) == std::string::npos);
    CHECK((message.find("30525-0^Age^LN") != std::string::npos) == band.first.has_value());
    CHECK(message.find(band.second) != std::string::npos);
}

TEST_CASE("an age stands once and in a place of its own", "[oru_message]") {
    auto later = heart_rate();
    later.effective.utc += std::chrono::seconds(5);
    const auto message =
        render(AnonymousPatient{model::AgeBand{60, 69}}, sample::report_of({heart_rate(), later}));
    CHECK(message.find("30525-0") == message.rfind("30525-0"));
    const auto places = places_under_first_obr(message);
    CHECK(std::set<std::string>(places.begin(), places.end()).size() == places.size());
}
