#include <edgeward/delivery/delivery_service.hpp>

#include <catch2/catch_test_macros.hpp>

#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;
using support::eventually;

TEST_CASE("every stored report reaches every destination once", "[delivery_service]") {
    Ward ward;
    FakePeer& kis_peer = ward.peer("kis");
    FakePeer& second_peer = ward.peer("second");
    ward.apply({kis(), kis("second")});
    for (int i = 0; i < 40; ++i)
        ward.measure(std::to_string(i % 5), std::to_string(60 + i));
    CHECK(ward.delivered("kis", 40));
    CHECK(ward.delivered("second", 40));
    CHECK(kis_peer.count() == 40);
    CHECK(second_peer.count() == 40);
}

TEST_CASE("a dead destination does not hold up another one", "[delivery_service]") {
    Ward ward;
    ward.peer("dead").set_judge([](const auto&) { return refuse(ErrorKind::unavailable); });
    ward.peer("kis");
    ward.apply({kis("dead"), kis()});
    for (int i = 0; i < 20; ++i)
        ward.measure("4711", std::to_string(60 + i));
    CHECK(ward.delivered("kis", 20));
    CHECK(ward.book("dead").pending == 20);
    CHECK(ward.book("dead").dead == 0);
    CHECK(eventually([&] {
        for (const auto& status : ward.service.status()) {
            if (status.name == "dead") return !status.answering && !status.trouble.empty();
        }
        return false;
    }));
}

TEST_CASE("a plan with a transport that cannot be opened changes nothing", "[delivery_service]") {
    Ward ward;
    ward.peer("kis");
    ward.apply({kis()});
    DeliveryPlan plan;
    plan.destinations = {kis(), kis("without-credentials")};
    const auto applied = ward.service.apply(std::move(plan));
    REQUIRE_FALSE(applied);
    CHECK(applied.error().kind == ErrorKind::misconfigured);
    ward.measure("4711", "62");
    CHECK(ward.delivered("kis", 1));
}

TEST_CASE("a new plan takes over the queue where the old one stopped", "[delivery_service]") {
    Ward ward;
    FakePeer& peer = ward.peer("kis");
    peer.set_judge([](const auto&) { return refuse(ErrorKind::unavailable); });
    ward.apply({kis()});
    for (int i = 0; i < 5; ++i)
        ward.measure("4711", std::to_string(60 + i));
    REQUIRE(eventually([&] { return peer.count() > 0; }));
    peer.set_judge([](const auto&) { return transport::Outcome{}; });
    ward.apply({kis()});
    CHECK(ward.delivered("kis", 5));
}

TEST_CASE("stopping leaves what was not sent for the next start", "[delivery_service]") {
    Ward ward;
    ward.peer("kis").set_judge([](const auto&) { return refuse(ErrorKind::unavailable); });
    ward.apply({kis()});
    ward.measure("4711", "62");
    ward.service.stop(std::chrono::seconds(5));
    const auto book = ward.book("kis");
    CHECK(book.pending == 1);
    CHECK(book.offered == 1);
}
