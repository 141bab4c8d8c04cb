#include "destination_flow.hpp"

#include <algorithm>
#include <map>

#include <catch2/catch_test_macros.hpp>

#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using support::eventually;

TEST_CASE("reports of one person arrive in the order they were stored", "[destination_flow]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 4;
    ward.apply({kis()});
    for (int i = 0; i < 100; ++i)
        ward.measure(std::to_string(i % 4), std::to_string(100 + i));
    REQUIRE(ward.delivered("kis", 100));
    std::map<int, int> newest;  // person → last value
    for (const auto& value : values_in(peer.messages())) {
        const int number = std::stoi(value);
        CHECK(newest[number % 4] < number);
        newest[number % 4] = number;
    }
}

TEST_CASE("an unanswered message is sent again with the same identifier and octets", "[destination_flow]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    int tries = 0;
    peer.set_judge(
        [&tries](const auto&) { return ++tries < 3 ? refuse(ErrorKind::ambiguous) : transport::Outcome{}; });
    ward.apply({kis()});
    ward.measure("4711", "62");
    REQUIRE(ward.delivered("kis", 1));
    const auto messages = peer.messages();
    REQUIRE(messages.size() == 3);
    CHECK(messages[0].identifier == messages[2].identifier);
    CHECK(messages[0].body == messages[2].body);
}

TEST_CASE("a destination that comes back gets its whole queue in order", "[destination_flow]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 1;
    peer.set_judge([](const auto&) { return refuse(ErrorKind::unavailable); });
    ward.apply({kis()});
    for (int i = 0; i < 30; ++i)
        ward.measure("4711", std::to_string(60 + i));
    REQUIRE(eventually([&] { return peer.count() >= 2; }));
    peer.set_judge([](const auto&) { return transport::Outcome{}; });
    REQUIRE(ward.delivered("kis", 30));
    auto values = values_in(peer.messages());
    values.erase(std::unique(values.begin(), values.end()), values.end());  // the first one's repetitions
    CHECK(values.size() == 30);
    CHECK(std::is_sorted(values.begin(), values.end()));
}

TEST_CASE("while a destination fails only one sender tries", "[destination_flow]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.concurrency = 8;
    peer.set_judge([](const auto&) { return refuse(ErrorKind::unavailable); });
    auto patient = kis();
    patient.backoff = {std::chrono::hours(1), std::chrono::hours(1)};
    ward.apply({patient});
    for (int i = 0; i < 16; ++i)
        ward.measure(std::to_string(i), "62");
    REQUIRE(eventually([&] { return peer.count() > 0; }));
    ward.service.stop(std::chrono::seconds(5));
    CHECK(peer.count() <= 8);  // those under way when the first one failed
    CHECK(ward.book("kis").pending == 16);
}

TEST_CASE("a disclosure is in the audit log before the message leaves", "[destination_flow]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    bool recorded_first = false;
    peer.set_judge([&](const auto&) {
        const auto read = ward.store.reader->export_audit(
            1, 1000,
            [&](const audit::Record& record) {
                recorded_first = recorded_first || record.event.action == audit::Action::disclosed;
            },
            [](std::string_view) {});
        CHECK(read);
        return transport::Outcome{};
    });
    ward.apply({kis()});
    ward.measure("4711", "62");
    REQUIRE(ward.delivered("kis", 1));
    CHECK(recorded_first);
}

// What happens to a flow whose transport does not close in time, at a reload and at shutdown.
TEST_CASE("a flow that was let go of still owns what its coroutines use", "[destination_flow]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.turn = std::chrono::milliseconds(100);
    const std::vector<std::string> names = {"kis"};
    REQUIRE(ward.store.writer->run(
        [&names](store::ObservationStore& store) { return store.set_destinations(names); }));
    ward.measure("4711", "62");
    const auto devices = std::make_shared<const device::DeviceRegistry>(std::vector{Ward::device()});
    const DeliveryParts parts = ward.parts();
    auto flow =
        DestinationFlow::open(kis(), parts, parts.threads.front(), devices, support::shipped_policy());
    REQUIRE(flow);
    flow->start();
    flow->wake();
    flow.reset();
    SECTION("while the gateway goes on") {
        CHECK(ward.delivered("kis", 1));
    }
    SECTION("until the executor ends") {
        CHECK(ward.book("kis").offered == 1);
    }
}
