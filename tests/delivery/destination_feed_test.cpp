// What is claimed when: src/delivery/destination_feed.cpp.

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <catch2/catch_test_macros.hpp>

#include "destination_flow.hpp"
#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using support::eventually;

namespace {

constexpr int backlog_size = 1500;  // more than three windows

// Reports of two persons that pile up while nobody delivers; values 1000 and up.
void pile_up(Ward& ward) {
    ward.apply({kis()});
    ward.service.stop(std::chrono::seconds(5));
    for (int i = 0; i < backlog_size; ++i)
        ward.measure(i % 2 == 0 ? "a" : "b", std::to_string(1000 + i));
}

std::size_t place_of(const std::vector<std::string>& values, const std::string& value) {
    return static_cast<std::size_t>(std::find(values.begin(), values.end(), value) - values.begin());
}

void set_mode(Ward& ward, store::DestinationMode mode) {
    REQUIRE(ward.store.writer->run([mode](store::ObservationStore& store) {
        return store.set_mode("kis", mode, "user:0", "maintenance");
    }));
    ward.service.set_mode("kis", mode);
}

}  // namespace

TEST_CASE("a person without a backlog is served while others have one", "[destination_feed]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 1;
    pile_up(ward);
    peer.turn = std::chrono::milliseconds(1);
    ward.apply({kis()});
    REQUIRE(eventually([&] { return peer.count() > 10; }));
    peer.set_turn(
        std::chrono::milliseconds(500));  // the backlog waits for the commits, however long they take
    ward.measure("newcomer", "7");
    ward.measure("a", "8");
    ward.measure("newcomer", "9");
    peer.set_turn(std::chrono::milliseconds(1));
    REQUIRE(ward.delivered("kis", backlog_size + 3));
    const auto values = values_in(peer.messages());
    REQUIRE(values.size() == backlog_size + 3);
    CHECK(place_of(values, "9") < backlog_size / 2);
    CHECK(place_of(values, "7") < place_of(values, "9"));
    CHECK(place_of(values, "8") > place_of(values, std::to_string(1000 + backlog_size - 2)));  // a's last one
    int newest_of_a = 0;
    int newest_of_b = 0;
    for (const auto& value : values) {
        const int number = std::stoi(value);
        if (number < 1000) continue;
        int& newest = number % 2 == 0 ? newest_of_a : newest_of_b;
        CHECK(newest < number);
        newest = number;
    }
}

TEST_CASE("what comes in until a backlog ends is sent once and in order", "[destination_feed]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 2;
    pile_up(ward);
    peer.turn = std::chrono::milliseconds(1);
    ward.apply({kis()});
    int fresh = 0;
    while (ward.book("kis").pending > 0 && fresh < 3000) {
        ward.measure("newcomer-" + std::to_string(fresh % 3), std::to_string(10000 + fresh));
        ++fresh;
    }
    REQUIRE(fresh > 20);
    REQUIRE(ward.delivered("kis", static_cast<std::uint64_t>(backlog_size + fresh)));
    const auto values = values_in(peer.messages());
    REQUIRE(values.size() == static_cast<std::size_t>(backlog_size + fresh));
    std::array<int, 3> newest{};
    for (const auto& value : values) {
        const int number = std::stoi(value);
        if (number < 10000) continue;
        int& of_person = newest[static_cast<std::size_t>(number % 3)];
        CHECK(of_person < number);
        of_person = number;
    }
    CHECK(std::set<std::string>(values.begin(), values.end()).size() == values.size());
}

TEST_CASE("reports that come in one after the other are claimed together", "[destination_feed]") {
    constexpr std::uint64_t count = 60;
    Ward ward;
    ward.peer("kis");
    ward.apply({kis()});
    const auto begun = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < count; ++i)
        ward.measure("a", std::to_string(i));
    REQUIRE(ward.delivered("kis", count));
    const auto passed = std::chrono::steady_clock::now() - begun;
    std::uint64_t claims = 0;  // each writes one record of what is disclosed of this person
    std::uint64_t disclosed = 0;
    REQUIRE(ward.store.reader->export_audit(
        1, 1000,
        [&](const audit::Record& record) {
            if (record.event.action != audit::Action::disclosed) return;
            ++claims;
            disclosed += record.event.count;
        },
        [](std::string_view) {}));
    CHECK(disclosed == count);
    CHECK(claims <= static_cast<std::uint64_t>(passed / std::chrono::milliseconds(5)) + 1);
}

TEST_CASE("a backlog is taken up again in the middle after a restart", "[destination_feed]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    pile_up(ward);
    peer.turn = std::chrono::milliseconds(1);
    ward.apply({kis()});
    REQUIRE(eventually([&] { return peer.count() > 50; }));
    ward.measure("newcomer", "7");
    REQUIRE(eventually([&] {
        const auto values = values_in(peer.messages());
        return place_of(values, "7") < values.size();
    }));
    ward.service.stop(std::chrono::seconds(5));
    ward.measure("newcomer", "8");
    ward.apply({kis()});
    REQUIRE(ward.delivered("kis", backlog_size + 2));
    auto values = values_in(peer.messages());
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    CHECK(values.size() == backlog_size + 2);
}

TEST_CASE("a paused destination sends nothing until it is resumed", "[destination_feed]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    ward.peer("other");
    ward.apply({kis(), kis("other")});
    set_mode(ward, store::DestinationMode::paused);
    REQUIRE(eventually([&] { return ward.service.status().front().mode == store::DestinationMode::paused; }));
    for (int i = 0; i < 5; ++i)
        ward.measure("a", std::to_string(60 + i));
    REQUIRE(ward.delivered("other", 5));
    CHECK(peer.count() == 0);
    CHECK(ward.book("kis").pending == 5);
    ward.apply({kis(), kis("other")});  // a reload does not resume it
    ward.measure("a", "65");
    REQUIRE(ward.delivered("other", 6));
    CHECK(peer.count() == 0);
    set_mode(ward, store::DestinationMode::running);
    REQUIRE(ward.delivered("kis", 6));
    CHECK(values_in(peer.messages()) == std::vector<std::string>{"60", "61", "62", "63", "64", "65"});
}

TEST_CASE("a draining destination sends what is queued and parked and gets nothing new",
          "[destination_feed]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.set_judge([](const auto&) { return refuse(ErrorKind::unavailable, true); });
    auto patient = kis();
    patient.backoff = {std::chrono::hours(1), std::chrono::hours(1)};
    ward.apply({patient});
    ward.measure("a", "60");
    REQUIRE(eventually([&] { return ward.book("kis").parked == 1; }));
    peer.set_judge([](const auto&) { return transport::Outcome{}; });
    set_mode(ward, store::DestinationMode::draining);
    ward.measure("a", "61");
    REQUIRE(ward.delivered("kis", 1));
    CHECK(ward.book("kis").offered == 1);
    CHECK(ward.book("kis").pending == 0);
}

TEST_CASE("replayed reports are sent again with the same identifiers and live ones are not held up",
          "[destination_feed]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 1;
    ward.apply({kis()});
    constexpr std::uint64_t count = 900;
    for (std::uint64_t i = 0; i < count; ++i)
        ward.measure("a", std::to_string(1000 + i));
    REQUIRE(ward.delivered("kis", count));
    const auto first = peer.messages();
    peer.turn = std::chrono::milliseconds(1);
    std::vector<std::uint64_t> all(count);
    for (std::uint64_t i = 0; i < count; ++i)
        all[i] = i + 1;
    REQUIRE(ward.store.writer->run([&](store::ObservationStore& store) -> Result<void> {
        const auto replayed = store.replay("kis", all, "user:0", "misdelivery");
        if (!replayed) return failure(replayed.error());
        return {};
    }));
    ward.service.claim_again("kis");
    REQUIRE(eventually([&] { return peer.count() > count + 10; }));
    ward.measure("b", "7");
    REQUIRE(ward.delivered("kis", count + 1));
    const auto messages = peer.messages();
    REQUIRE(messages.size() == 2 * count + 1);
    std::map<std::string, int> seen;  // by identifier
    for (const auto& message : messages)
        ++seen[message.identifier];
    CHECK(seen.size() == count + 1);
    CHECK(seen[first.front().identifier] == 2);
    CHECK(place_of(values_in(messages), "7") < messages.size() - 100);
    CHECK(ward.book("kis").offered == count + 1);
}
