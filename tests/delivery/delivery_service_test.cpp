#include <edgeward/delivery/delivery_service.hpp>

#include <set>

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

TEST_CASE("destinations are spread over the threads, each on one of them", "[delivery_service]") {
    Ward ward;
    std::mutex mutex;
    std::map<std::string, std::set<std::thread::id>> threads;
    for (const std::string name : {"a", "b", "c"}) {
        ward.peer(name).set_judge([&, name](const auto&) {
            const std::lock_guard lock(mutex);
            threads[name].insert(std::this_thread::get_id());
            return transport::Outcome{};
        });
    }
    ward.apply({kis("a"), kis("b"), kis("c")});
    for (int i = 0; i < 20; ++i)
        ward.measure(std::to_string(i), std::to_string(60 + i));
    for (const std::string name : {"a", "b", "c"})
        CHECK(ward.delivered(name, 20));
    const std::lock_guard lock(mutex);
    for (const auto& [name, used] : threads)
        CHECK(used.size() == 1);
    CHECK(threads["a"] != threads["b"]);
    CHECK(threads["a"] == threads["c"]);
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
    CHECK(ward.service.status().size() == 1);
}

TEST_CASE("a destination without its credentials waits and harms no other", "[delivery_service]") {
    Ward ward;
    ward.peer("kis");
    ward.apply({kis(), kis("late")});
    const auto late = [&] { return ward.service.status().back(); };
    CHECK(late().name == "late");
    CHECK_FALSE(late().usable);
    CHECK_FALSE(late().answering);
    CHECK(late().trouble == "destination late: no such credential");
    CHECK(ward.metrics.expose().find("edgeward_destination_up{destination=\"late\"} 0") != std::string::npos);
    ward.measure("4711", "62");
    CHECK(ward.delivered("kis", 1));
    CHECK(ward.book("late").pending == 1);
    const auto disclosed = [&] {
        std::size_t count = 0;
        REQUIRE(ward.store.reader->export_audit(
            1, 1000,
            [&](const audit::Record& record) {
                if (record.event.action == audit::Action::disclosed &&
                    record.event.actor == "destination:late")
                    ++count;
            },
            [](std::string_view) {}));
        return count;
    };
    CHECK(disclosed() == 0);

    SECTION("a reload of the rest is no reason to mend it first") {
        ward.peer("third");
        ward.apply({kis(), kis("late"), kis("third")});
        CHECK(ward.service.status().size() == 3);
    }
    SECTION("it is tried again by itself") {}
    SECTION("it is tried again by a reload") {
        ward.peer("late");
        ward.apply({kis(), kis("late")});
    }
    ward.peer("late");
    CHECK(ward.delivered("late", 1));
    CHECK(disclosed() >= 1);  // twice when it was tried by itself just before the reload
    CHECK(eventually([&] { return ward.service.status().at(1).usable; }));
}

TEST_CASE("a plan's audit record is committed with the plan or not at all", "[delivery_service]") {
    Ward ward;
    ward.peer("kis");
    audit::Event record;
    record.actor = "gateway";
    record.action = audit::Action::configuration_loaded;
    record.object = "reload";
    const auto recorded = [&] {
        std::size_t count = 0;
        REQUIRE(ward.store.reader->export_audit(
            1, 1000,
            [&](const audit::Record& one) {
                if (one.event.action == audit::Action::configuration_loaded) ++count;
            },
            [](std::string_view) {}));
        return count;
    };
    DeliveryPlan plan;
    plan.destinations = {kis()};
    REQUIRE(ward.service.apply(plan, {record}));
    CHECK(recorded() == 1);
    plan.destinations = {kis(), kis("without-credentials")};
    REQUIRE_FALSE(ward.service.apply(plan, {record}));
    CHECK(recorded() == 1);
    record.object = "a text that is not printable \n";
    plan.destinations = {};
    REQUIRE_FALSE(ward.service.apply(plan, {record}));
    CHECK(ward.service.status().size() == 1);
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
