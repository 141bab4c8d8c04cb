#include <edgeward/store/alarm_log.hpp>

#include <catch2/catch_test_macros.hpp>

#include "alarm_sample.hpp"

namespace edgeward::store {

TEST_CASE("an alarm is sealed and opened by its person's key", "[alarm_seal]") {
    const crypto::SealingKey key(crypto::random_key());
    const alarm::Alarm alarm = alarm_of(1, 0);
    const SealedAlarm row = seal_alarm(alarm, key);
    CHECK(row.alarm.values.empty());
    CHECK(row.alarm.location == model::Location{});
    const auto opened = open_alarm(row, key);
    REQUIRE(opened);
    CHECK(*opened == alarm);
}

TEST_CASE("a sealed alarm does not open with another key, person or id", "[alarm_seal]") {
    const crypto::SealingKey key(crypto::random_key());
    const SealedAlarm row = seal_alarm(alarm_of(1, 0), key);
    CHECK(open_alarm(row, crypto::SealingKey(crypto::random_key())).error().kind == ErrorKind::corrupt);
    SealedAlarm moved = row;
    moved.alarm.subject = person(2);
    CHECK(open_alarm(moved, key).error().kind == ErrorKind::corrupt);
    moved = row;
    moved.alarm.id = alarm_of(1, 1).id;
    CHECK(open_alarm(moved, key).error().kind == ErrorKind::corrupt);
    moved = row;
    moved.sealed.back() ^= 1U;
    CHECK(open_alarm(moved, key).error().kind == ErrorKind::corrupt);
}

TEST_CASE("an alarm whose values are lost is still one", "[alarm_seal]") {
    const crypto::SealingKey key(crypto::random_key());
    const auto opened = open_alarm(without_body(alarm_of(1, 0)), key);
    REQUIRE(opened);
    CHECK(opened->rule == "spo2-low");
    CHECK(opened->values.empty());
}

}  // namespace edgeward::store
