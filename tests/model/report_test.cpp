#include <edgeward/model/report.hpp>

#include <random>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/core/bytes.hpp>

using namespace edgeward;
using namespace edgeward::model;

namespace {

Observation observation(Value value) {
    Observation made;
    made.id.octets = {0, 7, 0x5b, 0xcd, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    made.code = {147842, "MDC_ECG_HEART_RATE", "8867-4", "364075005", "Heart rate", "urn:vendor", "HR"};
    made.value = std::move(value);
    made.quality = Quality::questionable;
    made.category = Category::vital_sign;
    made.mode = Mode::test;
    made.effective = {Instant(std::chrono::milliseconds(1'763'923'726'123)), -90};
    made.containment = 3;
    made.body_site = "368209003";
    return made;
}

Report every_kind_of_value() {
    Report report;
    report.device = "monitor-1";
    report.location = {"ICU", "1", "07"};
    report.sequence = 18'446'744'073'709'551'615ULL;
    report.observations.push_back(observation(Quantity{*Decimal::parse("37.0"), "Cel", "<"}));
    report.observations.push_back(observation(Text{"lead off"}));
    report.observations.push_back(observation(CodedValue{"urn:x", "a", "A"}));
    report.observations.push_back(observation(true));
    report.observations.push_back(observation(SampledData{*Decimal::parse("-5"), *Decimal::parse("0.25"),
                                                          std::chrono::microseconds(8000), "mV", "1 2 E 4"}));
    Observation absent = observation(std::monostate{});
    absent.absent = AbsentReason::not_performed;
    report.observations.push_back(absent);
    return report;
}

}  // namespace

TEST_CASE("a report body comes back unchanged with every kind of value", "[report]") {
    const Report report = every_kind_of_value();
    Report again;
    REQUIRE(decode_body(encode_body(report), again));
    CHECK(again.location == report.location);
    CHECK(again.sequence == report.sequence);
    CHECK(again.observations == report.observations);
    CHECK(std::get<Quantity>(again.observations.front().value).value.text() == "37.0");
}

TEST_CASE("a report body cut at any octet is refused as corrupt", "[report]") {
    const Bytes body = encode_body(every_kind_of_value());
    for (std::size_t size = 0; size < body.size(); ++size) {
        Report again;
        const auto decoded = decode_body(ByteView(body).first(size), again);
        CAPTURE(size);
        REQUIRE_FALSE(decoded);
        REQUIRE(decoded.error().kind == ErrorKind::corrupt);
    }
}

TEST_CASE("a report body with octets behind its end or of another version is refused", "[report]") {
    Bytes body = encode_body(every_kind_of_value());
    Report again;
    Bytes longer = body;
    longer.push_back(0);
    CHECK_FALSE(decode_body(longer, again));
    body.front() = 7;
    CHECK_FALSE(decode_body(body, again));
    body.front() = 6;
    body[1] = 32;  // no such flag
    CHECK_FALSE(decode_body(body, again));
}

TEST_CASE("a report body says whose it is by place and what it takes back", "[report]") {
    Report report = every_kind_of_value();
    report.by_place = true;
    report.takes_back = 4711;
    Report again;
    REQUIRE(decode_body(encode_body(report), again));
    CHECK(again.by_place);
    CHECK(again.takes_back == 4711);
    CHECK(again.observations == report.observations);
    report.takes_back.reset();
    REQUIRE(decode_body(encode_body(report), again));
    CHECK_FALSE(again.takes_back);
}

TEST_CASE("a report body keeps what is said of a value and what its versions share", "[report]") {
    Report report = every_kind_of_value();
    report.order = {1, 2, 3};
    report.observations[0].appraisal = {ResultStatus::corrected, Method::manual, "36.1", "37.5", "LL~A"};
    report.observations[0].result = {9, 8, 7};
    report.observations[1].result = {6};
    report.observations[2].appraisal.status = ResultStatus::wrong_patient;
    Report again;
    REQUIRE(decode_body(encode_body(report), again));
    CHECK(again.order == report.order);
    CHECK(again.observations == report.observations);
    for (std::size_t size = 0; size < encode_body(report).size(); ++size)
        REQUIRE_FALSE(decode_body(ByteView(encode_body(report)).first(size), again));
}

namespace {

// One observation without a value, final.
Report documented_report() {
    Report report;
    report.location = {"ICU", "1", "07"};
    report.sequence = 42;
    Observation observation;
    for (std::uint8_t i = 0; i < 16; ++i)
        observation.id.octets[i] = static_cast<std::uint8_t>(i + 1);
    observation.code.mdc = 147842;
    observation.absent = AbsentReason::not_performed;
    observation.category = Category::vital_sign;
    observation.effective = {Instant(std::chrono::milliseconds(0x0000019ab0a3f7c8)), 60};
    observation.containment = 1;
    observation.appraisal.status = ResultStatus::final;
    report.observations = {observation};
    return report;
}

Report decoded(std::string_view hex) {
    Bytes body;
    REQUIRE(from_hex(hex, body));
    Report report;
    REQUIRE(decode_body(body, report));
    for (std::size_t size = 0; size < body.size(); ++size) {
        Report cut;
        REQUIRE_FALSE(decode_body(ByteView(body).first(size), cut));
    }
    return report;
}

// Place, sequence and observation of documented_report() as versions 1 to 3 wrote them.
const std::string documented_octets =
    "00000003494355"
    "0000000131"
    "000000023037"        // ICU, 1, 07
    "01000000000000002a"  // sequence 42
    "00000001"
    "0102030405060708090a0b0c0d0e0f10"
    "00024182"
    "000000000000000000000000000000000000000000000000"
    "00"
    "03"
    "00"
    "00"
    "00"
    "0000019ab0a3f7c8"
    "003c"
    "0001"
    "00000000";

// Behind the flags of a body of version 3 to 5: nowhere, no sequence, no observations.
constexpr const char* empty_rest =
    "00000000"
    "00000000"
    "00000000"
    "000000000000000000"
    "00000000";

}  // namespace

// docs/store-format.md
TEST_CASE("a report body has the octets that are documented", "[report]") {
    CHECK(to_hex(encode_body(documented_report())) ==
          "06"
          "00"
          "03494355"
          "0131"
          "023037"
          "01000000000000002a"
          "00000001"
          "0102030405060708090a0b0c0d0e0f10"
          "00024182"
          "000000000000"
          "00"
          "03"
          "00"
          "00"
          "00"
          "0000019ab0a3f7c8"
          "003c"
          "0001"
          "00"
          "01"    // it is appraised
          "0200"  // final, automatic
          "000000");
}

TEST_CASE("texts of any length come back", "[report]") {
    const std::size_t size = GENERATE(0U, 1U, 254U, 255U, 256U, 70'000U);
    CAPTURE(size);
    Report report = documented_report();
    report.observations[0].value = Text{std::string(size, 'x')};
    const Bytes body = encode_body(report);
    Report again;
    REQUIRE(decode_body(body, again));
    CHECK(again.observations == report.observations);
    const std::string length = size < 255 ? "" : "ff";
    const std::string hex = to_hex(body);
    // Kind 2, then the length: 1 octet, or ff and 4.
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string written = length;
    for (int shift = size < 255 ? 4 : 28; shift >= 0; shift -= 4)
        written += digits[(size >> static_cast<unsigned>(shift)) & 0xFU];
    CHECK(hex.find("000000000000"
                   "02" +
                   written) == 2 * (2 + 4 + 2 + 3 + 9 + 4 + 16 + 4));
}

// docs/store-format.md: the same as version 3 wrote it.
TEST_CASE("a report body of version 3 is read", "[report]") {
    const Report again = decoded(
        "03"
        "00" +
        documented_octets +
        "01"
        "0200"
        "000000000000000000000000");
    CHECK(again.location == documented_report().location);
    CHECK(again.sequence == 42);
    CHECK(again.observations == documented_report().observations);
}

// The same as version 2 wrote it.
TEST_CASE("a report body of version 2 is read", "[report]") {
    Bytes body;
    REQUIRE(
        from_hex("02"
                 "01" +
                     documented_octets,
                 body));
    Report again;
    again.order = {1};
    REQUIRE(decode_body(body, again));
    CHECK(again.by_place);
    CHECK(again.order == ResultKey{});
    REQUIRE(again.observations.size() == 1);
    CHECK(again.observations[0].appraisal == Appraisal{});
    CHECK(again.observations[0].containment == 1);
}

TEST_CASE("no topic of a broker passes for a sender of HL7", "[report]") {
    CHECK(topic_of_sender("gw") == "#hl7/gw");
    CHECK(sender_of_topic("#hl7/gw") == "gw");
    CHECK_FALSE(sender_of_topic("hl7/gw"));
    CHECK_FALSE(sender_of_topic("devices/gw/data"));
    CHECK_FALSE(sender_of_topic(""));
}

// docs/store-format.md: one observation without a value, as version 1 wrote it.
TEST_CASE("a report body of version 1 is read", "[report]") {
    Bytes body;
    REQUIRE(from_hex("01" + documented_octets, body));
    Report again;
    again.by_place = true;
    again.takes_back = 1;
    REQUIRE(decode_body(body, again));
    CHECK_FALSE(again.by_place);
    CHECK_FALSE(again.takes_back);
    CHECK(again.location == Location{"ICU", "1", "07"});
    CHECK(again.sequence == 42);
    REQUIRE(again.observations.size() == 1);
    CHECK(again.observations.front().code.mdc == 147842);
    CHECK(again.observations.front().absent == AbsentReason::not_performed);
    CHECK(again.observations.front().effective.offset_minutes == 60);
}

TEST_CASE("random damage to a report body never crashes the reader", "[report]") {
    std::mt19937 random(20261123);
    const Bytes body = encode_body(every_kind_of_value());
    for (int round = 0; round < 5000; ++round) {
        Bytes damaged = body;
        for (int flips = 0; flips < 3; ++flips)
            damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
        Report again;
        const auto decoded = decode_body(damaged, again);
        if (!decoded) CHECK(decoded.error().kind == ErrorKind::corrupt);
    }
}

TEST_CASE("the effective time of a report is its earliest observation", "[report]") {
    Observation early = observation(true);
    Observation late = observation(true);
    late.effective.utc += std::chrono::hours(1);
    CHECK(effective_time({late, early}) == early.effective.utc);
}

TEST_CASE("a report body says which file holds the object", "[report]") {
    Report report;
    report.device = "ct-1";
    report.observations.push_back(observation(CodedValue{"DCM", "CT", "CT"}));
    ObjectReference object;
    object.name.fill(0xAB);
    object.key.fill(0xCD);
    object.octets = 524'288'000;
    object.transfer_syntax = "1.2.840.10008.1.2.1";
    object.sop_class = "1.2.840.10008.5.1.4.1.1.2";
    object.sop_instance = "1.2.3";
    report.object = object;
    const Bytes body = encode_body(report);
    // Version and flags, then name, key, octets (0x1F400000) and the first text, as docs/store-format.md
    // says.
    CHECK(to_hex(ByteView(body).first(78)) ==
          "0608"
          "abababababababababababababababab"
          "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
          "000000001f400000"
          "13" +
              to_hex(bytes_of("1.2.840.10008.1.2.1")));
    Report again;
    REQUIRE(decode_body(body, again));
    CHECK(again.object == report.object);
    CHECK(again.observations == report.observations);
    for (std::size_t size = 0; size < body.size(); ++size)
        CHECK_FALSE(decode_body(ByteView(body).first(size), again));
}

// docs/store-format.md
TEST_CASE("a report body of version 4 is read", "[report]") {
    const std::string object =
        "08"
        "abababababababababababababababab"
        "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
        "000000001f400000"
        "00000013" +
        to_hex(bytes_of("1.2.840.10008.1.2.1")) + "00000003312e3200000005312e322e33";
    const Report again = decoded("04" + object + empty_rest);
    REQUIRE(again.object);
    CHECK(again.object->octets == 524'288'000);
    CHECK(again.object->transfer_syntax == "1.2.840.10008.1.2.1");
    CHECK(again.object->sop_class == "1.2");
    CHECK(again.object->sop_instance == "1.2.3");
    // A version before objects has no such flag.
    Bytes older;
    REQUIRE(from_hex("03" + object + empty_rest, older));
    Report none;
    CHECK_FALSE(decode_body(older, none));
}

// docs/store-format.md: flag 16 and the names behind the flags, flag 4 and two numbers behind a value.
TEST_CASE("a report body says which part of the device measured", "[report]") {
    Report report = every_kind_of_value();
    report.observations[1].part = {22, 1};
    report.observations[2].part = {22, 0};
    report.observations[2].result = {7};
    report.parts = {{{22, 0}, 69642, "MDC_DEV_ANALY_SAT_O2_VMD"}, {{22, 1}, 70771, ""}};
    const Bytes body = encode_body(report);
    CHECK(to_hex(ByteView(body).first(43)) ==
          "0610"
          "00000002"
          "00160000"
          "0001100a"
          "18" +
              to_hex(bytes_of("MDC_DEV_ANALY_SAT_O2_VMD")) + "00160001");
    Report again;
    REQUIRE(decode_body(body, again));
    CHECK(again.parts == report.parts);
    CHECK(again.observations == report.observations);
    for (std::size_t size = 0; size < body.size(); ++size)
        REQUIRE_FALSE(decode_body(ByteView(body).first(size), again));
    // A part without a name.
    report.parts.clear();
    REQUIRE(decode_body(encode_body(report), again));
    CHECK(again.parts.empty());
    CHECK(again.observations == report.observations);
}

// docs/store-format.md
TEST_CASE("a report body of version 5 is read", "[report]") {
    const std::string parts =
        "10"
        "00000001"
        "00160000"
        "0001100a"
        "00000018" +
        to_hex(bytes_of("MDC_DEV_ANALY_SAT_O2_VMD"));
    const Report again = decoded("05" + parts + empty_rest);
    const std::vector<PartName> expected{{{22, 0}, 69642, "MDC_DEV_ANALY_SAT_O2_VMD"}};
    CHECK(again.parts == expected);
    Bytes older;
    REQUIRE(from_hex("04" + parts + empty_rest, older));
    Report none;
    CHECK_FALSE(decode_body(older, none));
}

TEST_CASE("no topic of a broker or of a sender of HL7 passes for a sender of objects", "[report]") {
    CHECK(modality_of_topic(topic_of_modality("ct-1")) == "ct-1");
    CHECK_FALSE(modality_of_topic(topic_of_sender("ct-1")));
    CHECK_FALSE(sender_of_topic(topic_of_modality("ct-1")));
    CHECK_FALSE(modality_of_topic("dicom/ct-1"));
}
