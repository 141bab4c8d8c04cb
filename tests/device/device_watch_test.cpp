#include <edgeward/device/device_watch.hpp>

#include <algorithm>
#include <string>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::device;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Instant start{milliseconds(1'795'459'726'000)};

// A watch with a clock of its own, ticked every second.
struct Ward {
    DeviceWatch watch{WatchSettings{}};
    Instant now = start;
    std::vector<Notice> notices;
    bool listening = true;

    Ward() { watch.tick(now, true); }
    void keep(std::vector<Notice> some) { notices.insert(notices.end(), some.begin(), some.end()); }
    void see(std::optional<std::uint64_t> sequence = {}, bool redelivered = false,
             milliseconds measured_ago = milliseconds(40)) {
        std::vector<std::uint64_t> sequences;
        if (sequence) sequences.push_back(*sequence);
        keep(watch.see({"monitor-1", now, now - measured_ago, sequences, redelivered}));
    }
    // Passes the time, with a message every `interval` seconds; 0: none.
    void pass(int whole_seconds, int interval = 0, milliseconds measured_ago = milliseconds(40)) {
        for (int second = 0; second < whole_seconds; ++second) {
            if (interval != 0 && second % interval == 0) see({}, false, measured_ago);
            now += seconds(1);
            keep(watch.tick(now, listening));
        }
    }
    [[nodiscard]] Watched known() const { return watch.all().front(); }
    // "+gap -gap …", in the order of notice.
    [[nodiscard]] std::string said() const {
        std::string words;
        for (const auto& notice : notices)
            words.append(words.empty() ? "" : " ")
                .append(notice.began ? "+" : "-")
                .append(name_of(notice.condition));
        return words;
    }
};

constexpr int period = 60;

}  // namespace

TEST_CASE("a device is flat while any of its values stands still", "[device_watch]") {
    DeviceWatch watch({});
    const auto see = [&](std::uint64_t first, std::uint64_t second, bool redelivered = false) {
        return watch.see({"monitor-1", start, {}, {}, redelivered, {{1, first}, {2, second}}});
    };
    for (std::uint64_t i = 0; i <= 100; ++i)
        CHECK(see(i, i).empty());
    std::vector<Notice> notices;
    for (std::uint64_t i = 0; i < 30 && notices.empty(); ++i)
        notices = see(500, i);
    REQUIRE(notices.size() == 1);
    CHECK(notices.front().condition == Condition::flat);
    CHECK(notices.front().began);
    CHECK(see(500, 1).empty());
    CHECK(see(7, 7, true).empty());  // the broker repeats what was seen
    notices = see(501, 2);
    REQUIRE(notices.size() == 1);
    CHECK_FALSE(notices.front().began);
}

TEST_CASE("messages that somebody else found missing are a gap like another", "[device_watch]") {
    DeviceWatch watch({});
    auto notices = watch.miss("gateway-4", 3);
    REQUIRE(notices.size() == 1);
    CHECK(notices.front().device == "gateway-4");
    CHECK(notices.front().condition == Condition::gap);
    CHECK(notices.front().count == 3);
    CHECK(watch.miss("gateway-4", 2).empty());
    CHECK(watch.all().front().missing == 5);
}

TEST_CASE("a missing sequence number is a gap and counted", "[device_watch]") {
    Ward ward;
    for (const std::uint64_t number : {5U, 6U, 7U})
        ward.see(number);
    CHECK(ward.said().empty());
    ward.see(11);
    REQUIRE(ward.said() == "+gap");
    CHECK(ward.notices.front().count == 3);
    ward.see(14);
    CHECK(ward.said() == "+gap");  // once, then only counted
    CHECK(ward.known().missing == 5);
}

TEST_CASE("a gap is over after ten periods without one", "[device_watch]") {
    Ward ward;
    ward.see(1);
    ward.see(5);
    std::uint64_t number = 5;
    for (int i = 0; i < 10; ++i) {
        ward.pass(period);
        ward.see(++number);
    }
    CHECK(ward.said() == "+gap");
    ward.pass(2 * period);
    CHECK(ward.said() == "+gap -gap");
    CHECK(ward.notices.back().count == 3);
}

TEST_CASE("the same number twice is a duplicate unless the broker repeated it", "[device_watch]") {
    Ward ward;
    ward.see(5);
    ward.see(6);
    ward.see(6, true);
    CHECK(ward.said().empty());
    ward.see(5);
    CHECK(ward.said() == "+duplicate");
    CHECK(ward.known().duplicates == 1);
    CHECK(ward.known().missing == 0);
}

TEST_CASE("a number that comes late is out of order and not a duplicate", "[device_watch]") {
    Ward ward;
    for (const std::uint64_t number : {5U, 8U, 7U, 6U})
        ward.see(number);
    CHECK(ward.said() == "+gap +out_of_order");
    CHECK(ward.known().out_of_order == 2);
    CHECK(ward.known().duplicates == 0);
    CHECK(ward.known().sequence == 8);
    ward.see(9);
    CHECK(ward.known().missing == 2);
}

TEST_CASE("a device that begins to count anew is no error", "[device_watch]") {
    Ward ward;
    for (const std::uint64_t number : {30U, 31U, 1U, 2U, 3U})
        ward.see(number);
    ward.see(65'535);
    ward.see(0);  // a counter of 16 bits
    ward.see(1);
    CHECK(ward.known().restarts == 2);
    CHECK(ward.known().duplicates == 0);
    CHECK(ward.known().out_of_order == 0);
    CHECK(ward.known().missing == 65'531);
}

TEST_CASE("what was known before a restart is judged on and what may be outdated is not", "[device_watch]") {
    Watched known;
    known.device = "monitor-1";
    known.sequence = 41;
    known.recent = 1;
    Ward exact;
    exact.watch.recall({known}, true);
    exact.see(44);
    CHECK(exact.said() == "+gap");
    Ward doubtful;
    doubtful.watch.recall({known}, false);
    doubtful.see(44);
    CHECK(doubtful.said().empty());
    doubtful.see(46);
    CHECK(doubtful.said() == "+gap");
    CHECK(doubtful.known().missing == 1);
}

TEST_CASE("a clock that is off is noticed after two periods and cleared by one", "[device_watch]") {
    Ward ward;
    ward.pass(2 * period, 1);
    CHECK(ward.known().clock_offset == -40);
    const milliseconds an_hour_ahead = -std::chrono::hours(1);  // measured in an hour from now
    ward.pass(period, 1, an_hour_ahead);
    CHECK(ward.said().empty());
    ward.pass(period, 1, an_hour_ahead);
    CHECK(ward.said() == "+clock");
    CHECK(ward.known().clock_offset == 3'600'000);
    ward.pass(2 * period, 1);
    CHECK(ward.said() == "+clock -clock");
}

TEST_CASE("values a device had buffered do not make its clock wrong", "[device_watch]") {
    Ward ward;
    for (int i = 0; i < 5; ++i) {
        ward.pass(period - 1, 1, std::chrono::hours(2));
        ward.see();
        ward.pass(1);
    }
    CHECK(ward.said().empty());
}

TEST_CASE("a device that falls silent is noticed after two periods", "[device_watch]") {
    Ward ward;
    ward.pass(12 * period, 1);
    REQUIRE(ward.known().learned == 10);
    CHECK(ward.known().mean == 60);
    ward.pass(period);
    CHECK(ward.said().empty());
    ward.pass(period);
    CHECK(ward.said() == "+silent");
    ward.pass(20 * period);
    CHECK(ward.said() == "+silent +stale");
    ward.see();
    CHECK(ward.said() == "+silent +stale -stale -silent");
}

TEST_CASE("another rate is noticed after two periods and learned in the end", "[device_watch]") {
    Ward ward;
    ward.pass(12 * period, 1);
    ward.pass(4 * period, 2);
    CHECK(ward.said() == "+rate");
    ward.pass(2 * period, 1);
    CHECK(ward.said() == "+rate -rate");
    ward.pass(24 * period, 2);
    CHECK(ward.said() == "+rate -rate +rate -rate");
    CHECK(ward.known().mean == 30);
}

TEST_CASE("a slow device is counted over longer stretches", "[device_watch]") {
    Ward ward;
    ward.pass(100 * period, 2 * period);
    CHECK(ward.known().stretch == 8);
    CHECK(ward.known().learned >= 1);
    CHECK(ward.said().empty());
}

TEST_CASE("while nothing is listened to nothing is judged", "[device_watch]") {
    Ward ward;
    ward.pass(12 * period, 1);
    ward.listening = false;
    ward.pass(60 * period);
    ward.listening = true;
    ward.pass(period / 2);
    CHECK(ward.said().empty());
    ward.now += std::chrono::hours(5);  // nobody ticked: the gateway was stopped, or its clock was set
    ward.pass(2, 1);
    CHECK(ward.said().empty());
}

TEST_CASE("devices that are not registered any more are forgotten", "[device_watch]") {
    Ward ward;
    ward.see(1);
    REQUIRE(ward.watch.all().size() == 1);
    CHECK(ward.watch.changed().size() == 1);
    CHECK(ward.watch.changed().empty());
    ward.watch.keep(DeviceRegistry());
    CHECK(ward.watch.all().empty());
}
