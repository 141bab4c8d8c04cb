#include "device_desk.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bedside.hpp"
#include "fake_writer.hpp"

using namespace edgeward;
using namespace edgeward::pipeline;

namespace {

class SetClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override { return noon + passed; }
    [[nodiscard]] MonotonicTime monotonic() const override {
        return MonotonicTime(std::chrono::hours(1) + passed);
    }
    std::chrono::milliseconds passed{0};
};

struct Desk {
    SetClock clock;
    FakeWriter writer;
    bool listening = true;
    DeviceDesk desk{{}, writer, clock, [this] { return listening; }};
    device::DeviceRegistry devices = catalogue().devices;

    void see(std::uint64_t sequence, bool redelivered = false, std::uint64_t value = 0) {
        model::RawMessage message;
        message.redelivered = redelivered;
        store::Inbound inbound;
        inbound.device = "monitor-1";
        inbound.received = clock.now();
        inbound.sequences = {sequence};
        inbound.values = {{1, value}};
        desk.see(message, inbound);
    }
    void pass(std::chrono::seconds time) {
        for (std::chrono::seconds at{0}; at < time; at += std::chrono::seconds(1)) {
            clock.passed += std::chrono::seconds(1);
            desk.turn(devices);
        }
    }
};

}  // namespace

TEST_CASE("what the watch notices leaves one audit record at its beginning and one at its end",
          "[device_desk]") {
    Desk ward;
    ward.pass(std::chrono::seconds(1));
    for (const std::uint64_t number : {5U, 8U, 11U})
        ward.see(number);
    auto events = ward.writer.events();
    REQUIRE(events.size() == 1);
    CHECK(events.front().action == audit::Action::device_condition_began);
    CHECK(events.front().object == "monitor-1");
    CHECK(events.front().rule == "gap");
    CHECK(events.front().count == 2);
    ward.see(12);
    for (int minute = 0; minute < 12; ++minute)
        ward.pass(std::chrono::seconds(60));
    events = ward.writer.events();
    REQUIRE(events.size() == 2);
    CHECK(events.back().action == audit::Action::device_condition_ended);
    CHECK(events.back().count == 4);
}

TEST_CASE("a value that stands still is noticed and recorded", "[device_desk]") {
    Desk ward;
    for (std::uint64_t number = 1; number <= 101; ++number)
        ward.see(number, false, number);
    for (std::uint64_t number = 102; number <= 131; ++number)
        ward.see(number, false, 7);
    auto events = ward.writer.events();
    REQUIRE(events.size() == 1);
    CHECK(events.front().action == audit::Action::device_condition_began);
    CHECK(events.front().rule == "flat");
    CHECK(ward.desk.all().front().has(device::Condition::flat));
    ward.see(132, false, 8);
    events = ward.writer.events();
    REQUIRE(events.size() == 2);
    CHECK(events.back().action == audit::Action::device_condition_ended);
}

TEST_CASE("what is known is kept regularly and exactly at the end", "[device_desk]") {
    Desk ward;
    ward.see(5);
    ward.pass(std::chrono::seconds(6));
    auto [devices, exact] = ward.writer.watched();
    REQUIRE(devices.size() == 1);
    CHECK(devices.front().sequence == 5);
    CHECK_FALSE(exact);
    ward.see(6);
    ward.desk.finish();
    std::tie(devices, exact) = ward.writer.watched();
    CHECK(devices.front().sequence == 6);
    CHECK(exact);
}

TEST_CASE("a gap over a restart is noticed when nothing can have come in between", "[device_desk]") {
    device::Watched known;
    known.device = "monitor-1";
    known.sequence = 41;
    known.recent = 1;
    for (const bool exact : {true, false}) {
        Desk ward;
        ward.desk.recall({{known}, exact}, ward.devices);
        CHECK_FALSE(ward.writer.watched().second);  // from now on nothing on disk is exact
        ward.see(44);
        CHECK(ward.writer.events().empty() == !exact);
    }
}

TEST_CASE("a device that was taken out of the configuration is forgotten", "[device_desk]") {
    Desk ward;
    ward.see(5);
    CHECK(ward.desk.all().size() == 1);
    ward.devices = device::DeviceRegistry();
    ward.pass(std::chrono::seconds(1));
    CHECK(ward.desk.all().empty());
}
