#include <edgeward/alarm/alarm.hpp>

#include <catch2/catch_test_macros.hpp>

#include "scene.hpp"

namespace edgeward::alarm {

TEST_CASE("an alarm is named by rule, subject and onset", "[alarm]") {
    // (printf 'edgeward-alarm-1\0spo2-low\0'; head -c16 /dev/zero | tr '\0' '\001'; printf '\0';
    //  printf '%016x' 1795459000000 | xxd -r -p) | sha256sum, with version 8 and variant of RFC 9562 put in.
    CHECK(alarm_id("spo2-low", Bytes(16, 1), at(0)) == "7eed79ac-d3ab-88f8-964e-e652c182f483");
    CHECK(alarm_id("spo2-low", Bytes(16, 1), at(1)) != alarm_id("spo2-low", Bytes(16, 1), at(0)));
    CHECK(alarm_id("spo2-low", Bytes(16, 2), at(0)) != alarm_id("spo2-low", Bytes(16, 1), at(0)));
    CHECK(alarm_id("spo2", Bytes(16, 1), at(0)) != alarm_id("spo2-low", Bytes(16, 1), at(0)));
}

TEST_CASE("the body of an alarm keeps place and values", "[alarm]") {
    Alarm alarm;
    alarm.location = {"ICU", "1", "07"};
    alarm.values = {{"spo2", "85.0", "%", at(3)}, {"heart_rate", "131", "/min", at(2)}};
    const Bytes body = encode_body(alarm);
    Alarm read;
    REQUIRE(decode_body(body, read));
    CHECK(read.location == alarm.location);
    CHECK(read.values == alarm.values);
}

TEST_CASE("octets that are no body of an alarm are corrupt", "[alarm]") {
    Alarm alarm;
    alarm.values = {{"spo2", "85", "%", at(3)}};
    const Bytes body = encode_body(alarm);
    Alarm read;
    for (std::size_t length = 0; length < body.size(); ++length) {
        CAPTURE(length);
        const auto decoded = decode_body(ByteView(body).first(length), read);
        REQUIRE_FALSE(decoded);
        CHECK(decoded.error().kind == ErrorKind::corrupt);
    }
    Bytes longer = body;
    longer.push_back(0);
    CHECK_FALSE(decode_body(longer, read));
    Bytes newer = body;
    newer.front() = 2;
    CHECK_FALSE(decode_body(newer, read));
}

TEST_CASE("states and steps have the words of the documents", "[alarm]") {
    CHECK(name_of(State::pending) == "pending");
    CHECK(name_of(State::active) == "active");
    CHECK(name_of(State::acknowledged) == "acknowledged");
    CHECK(name_of(State::ended) == "ended");
    CHECK(name_of(Step::began) == "began");
    CHECK(name_of(Step::dropped) == "dropped");
    CHECK(name_of(Step::raised) == "raised");
    CHECK(name_of(Step::escalated) == "escalated");
    CHECK(name_of(Step::acknowledged) == "acknowledged");
    CHECK(name_of(Step::silenced) == "silenced");
    CHECK(name_of(Step::ended) == "ended");
}

}  // namespace edgeward::alarm
