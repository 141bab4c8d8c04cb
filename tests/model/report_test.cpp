#include <edgeward/model/report.hpp>

#include <random>

#include <catch2/catch_test_macros.hpp>

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
    body.front() = 3;
    CHECK_FALSE(decode_body(body, again));
    body.front() = 2;
    body[1] = 4;  // no such flag
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

// docs/store-format.md: one observation without a value, as version 1 wrote it.
TEST_CASE("a report body of version 1 is read", "[report]") {
    Bytes body;
    REQUIRE(
        from_hex("01"
                 "00000003494355"
                 "0000000131"
                 "000000023037"        // ICU, 1, 07
                 "01000000000000002a"  // sequence 42
                 "00000001"
                 "0102030405060708090a0b0c0d0e0f10"
                 "00024182"
                 "00000000"
                 "00000000"
                 "00000000"
                 "00000000"
                 "00000000"
                 "00000000"
                 "00"
                 "03"
                 "00"
                 "00"
                 "00"
                 "0000019ab0a3f7c8"
                 "003c"
                 "0001"
                 "00000000",
                 body));
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
