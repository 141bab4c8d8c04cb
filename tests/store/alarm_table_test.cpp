#include "alarm_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "alarm_sample.hpp"
#include "sound.hpp"

namespace edgeward::store {
namespace {

using alarm::State;
using alarm::Step;

struct Alarms : Bench {
    crypto::SealingKey key{crypto::random_key()};
    Alarms() : Bench(no_destinations) {}
    Result<void> save(const alarm::Alarm& alarm, Step step, const std::vector<std::string>& targets = {}) {
        return change([changes = std::vector{change_of(alarm, step, key, targets)}](ObservationStore& store) {
            return store.save_alarms(changes);
        });
    }
    [[nodiscard]] AlarmReader::KnownAlarms known(Instant ended_since = at_second(100'000)) const {
        return reader().alarms(ended_since).value();
    }
    [[nodiscard]] std::size_t told() const {
        std::size_t count = 0;
        for (const auto& record : records()) {
            if (record.event.action == audit::Action::alarm_told) ++count;
        }
        return count;
    }
    Result<void> settle(const AlarmNotice& notice) {
        audit::Event event;
        event.actor = "target:" + notice.target;
        event.action = audit::Action::alarm_told;
        event.object = notice.alarm;
        return change([=](ObservationStore& store) { return store.settle_notice(notice, event); });
    }
};

}  // namespace

TEST_CASE("an alarm is there again after a restart, with everything it says", "[alarm_table]") {
    Alarms bench;
    alarm::Alarm alarm = alarm_of(1, 0);
    alarm.acknowledged = at_second(7);
    alarm.silent_until = at_second(8);
    alarm.actor = "user:1000";
    REQUIRE(bench.save(alarm, Step::raised, {"ward", "log"}));
    bench.reopen();
    const auto known = bench.known();
    REQUIRE(known.alarms.size() == 1);
    CHECK(open_alarm(known.alarms.front(), bench.key).value() == alarm);
    REQUIRE(known.notices.size() == 2);
    CHECK(known.notices[0] == AlarmNotice{alarm.id, 1, "log", Step::raised, at_second(3)});
    CHECK(known.notices[1].target == "ward");
}

TEST_CASE("an older step that comes later changes no row", "[alarm_table]") {
    Alarms bench;
    REQUIRE(bench.save(alarm_of(1, 0, 2, State::acknowledged), Step::acknowledged));
    REQUIRE(bench.save(alarm_of(1, 0, 1), Step::raised, {"ward"}));
    const auto known = bench.known();
    REQUIRE(known.alarms.size() == 1);
    CHECK(known.alarms.front().alarm.state == State::acknowledged);
    CHECK(known.notices.size() == 1);
}

TEST_CASE("a pending alarm that is dropped leaves nothing, one that was raised meanwhile stays",
          "[alarm_table]") {
    Alarms bench;
    REQUIRE(bench.save(alarm_of(1, 0, 1, State::pending), Step::began));
    CHECK(bench.known().alarms.size() == 1);
    REQUIRE(bench.save(alarm_of(1, 0, 2, State::ended), Step::dropped));
    CHECK(bench.known().alarms.empty());
    CHECK(bench.number("SELECT count(*) FROM alarm") == 0);
    REQUIRE(bench.save(alarm_of(1, 5, 2), Step::raised));
    REQUIRE(bench.save(alarm_of(1, 5, 2, State::ended), Step::dropped));
    CHECK(bench.known().alarms.size() == 1);
    REQUIRE(bench.save(alarm_of(1, 5, 1, State::pending), Step::began));
    CHECK(bench.known().alarms.front().alarm.state == State::active);
}

TEST_CASE("a notice is settled once, with its record", "[alarm_table]") {
    Alarms bench;
    REQUIRE(bench.save(alarm_of(1, 0), Step::raised, {"ward"}));
    const auto notice = bench.known().notices.at(0);
    REQUIRE(bench.settle(notice));
    REQUIRE(bench.settle(notice));
    CHECK(bench.known().notices.empty());
    CHECK(bench.told() == 1);
    CHECK(bench.records().back().event.subject == person(1));
}

TEST_CASE("ended alarms are given for as long as asked for, and while somebody waits", "[alarm_table]") {
    Alarms bench;
    REQUIRE(bench.save(alarm_of(1, 0, 2, State::ended), Step::ended));
    REQUIRE(bench.save(alarm_of(2, 50, 2, State::ended), Step::ended, {"ward"}));
    CHECK(bench.known(at_second(0)).alarms.size() == 2);
    CHECK(bench.known(at_second(11)).alarms.size() == 1);
    CHECK(bench.known().alarms.at(0).alarm.subject == person(2));
}

TEST_CASE("ended alarms go when their time is over, not before all were told", "[alarm_table]") {
    Alarms bench;
    REQUIRE(bench.save(alarm_of(1, 0, 2, State::ended), Step::ended));
    REQUIRE(bench.save(alarm_of(2, 0, 2, State::ended), Step::ended, {"ward"}));
    REQUIRE(bench.save(alarm_of(3, 0), Step::raised));
    std::uint64_t retired = 0;
    REQUIRE(bench.change([&](ObservationStore& store) -> Result<void> {
        retired = store.retire_alarms(at_second(1000)).value();
        return {};
    }));
    CHECK(retired == 1);
    CHECK(bench.number("SELECT count(*) FROM alarm") == 2);
}

TEST_CASE("an erased person's alarms go with all notices, with a record that counts them", "[alarm_table]") {
    Alarms bench;
    REQUIRE(bench.save(alarm_of(1, 0), Step::raised, {"ward"}));
    REQUIRE(bench.save(alarm_of(1, 9, 2, State::ended), Step::ended, {"ward"}));
    REQUIRE(bench.save(alarm_of(2, 0), Step::raised, {"ward"}));
    REQUIRE(bench.save(alarm_of(0, 0), Step::raised));
    std::uint64_t erased = 0;
    REQUIRE(bench.change([&](ObservationStore& store) -> Result<void> {
        erased = store
                     .erase_alarms([](const model::Pseudonym& one) { return one == person(1); },
                                   "erasure request 4")
                     .value();
        return {};
    }));
    CHECK(erased == 2);
    CHECK(bench.known(at_second(0)).alarms.size() == 2);
    CHECK(bench.known().notices.size() == 1);
    const auto last = bench.records().back().event;
    CHECK(last.action == audit::Action::alarm_ended);
    CHECK(last.rule == "erasure request 4");
    CHECK(last.count == 2);
    CHECK_FALSE(last.subject);
}

TEST_CASE("a group that fails leaves neither alarm nor record", "[alarm_table]") {
    Alarms bench;
    const auto before = bench.records().size();
    const auto failed = bench.change([&](ObservationStore& store) -> Result<void> {
        must(store.save_alarms({change_of(alarm_of(1, 0), Step::raised, bench.key, {"ward"})}));
        return failure(ErrorKind::invalid_input, "on purpose");
    });
    CHECK_FALSE(failed);
    CHECK(bench.known().alarms.empty());
    CHECK(bench.known().notices.empty());
    CHECK(bench.records().size() == before);
    check_sound(bench);
}

}  // namespace edgeward::store
