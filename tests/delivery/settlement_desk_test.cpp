#include "settlement_desk.hpp"

#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>

#include "ward.hpp"

using namespace edgeward;
using namespace edgeward::delivery;

TEST_CASE("a settlement is on disk before settled returns", "[settlement_desk]") {
    Ward ward;
    REQUIRE(ward.store.writer->run(
        [&](store::ObservationStore& store) { return store.set_destinations({"kis"}); }));
    ward.measure("4711", "62");
    ward.measure("4711", "63");
    std::size_t committed = 0;
    SettlementDesk desk("kis", *ward.store.writer, ward.io.get_executor(),
                        [&](const std::vector<store::Settlement>& settled) { committed += settled.size(); });
    auto running = boost::asio::co_spawn(ward.io, desk.run(), boost::asio::use_future);
    auto done = boost::asio::co_spawn(
        ward.io,
        [&]() -> boost::asio::awaitable<void> {
            const auto rows = ward.store.reader->pending("kis", 0, 10);
            for (const auto& row : *rows) {
                store::Settlement settlement;
                settlement.report = row.report;
                desk.settle(std::move(settlement));
            }
            co_await desk.settled();
            desk.finish();
        },
        boost::asio::use_future);
    done.get();
    running.get();
    CHECK(committed == 2);
    CHECK(ward.book("kis").delivered == 2);
    CHECK(ward.book("kis").pending == 0);
}

TEST_CASE("settlements made one after the other share a transaction", "[settlement_desk]") {
    Ward ward;
    REQUIRE(ward.store.writer->run(
        [&](store::ObservationStore& store) { return store.set_destinations({"kis"}); }));
    ward.measure("4711", "62");
    ward.measure("4711", "63");
    std::size_t transactions = 0;
    SettlementDesk desk(
        "kis", *ward.store.writer, ward.io.get_executor(),
        [&](const std::vector<store::Settlement>&) { ++transactions; }, std::chrono::hours(1));
    auto running = boost::asio::co_spawn(ward.io, desk.run(), boost::asio::use_future);
    const auto on_io = [&](auto work) { boost::asio::post(ward.io, boost::asio::use_future(work)).get(); };
    const auto rows = ward.store.reader->pending("kis", 0, 10);
    REQUIRE(rows->size() == 2);
    for (const auto& row : *rows) {
        store::Settlement settlement;
        settlement.report = row.report;
        on_io([&] { desk.settle(settlement); });
        on_io([] {});  // the desk has seen it
        // Whatever the desk had handed over would be committed before this.
        REQUIRE(ward.store.writer->run([](store::ObservationStore&) { return Result<void>(); }));
    }
    CHECK(ward.book("kis").delivered == 0);
    on_io([&] { desk.finish(); });
    running.get();
    CHECK(transactions == 1);
    CHECK(ward.book("kis").delivered == 2);
}

TEST_CASE("work that fails comes back as its error and a store that is shut down as unavailable",
          "[settlement_desk]") {
    Ward ward;
    auto ask = [&] {
        return boost::asio::co_spawn(ward.io,
                                     commit(*ward.store.writer,
                                            [](store::ObservationStore&) -> Result<void> {
                                                return failure(ErrorKind::invalid_input, "not like this");
                                            }),
                                     boost::asio::use_future)
            .get();
    };
    CHECK(ask().error().message == "not like this");
    ward.store.writer->stop();
    CHECK(ask().error().kind == ErrorKind::unavailable);
}

TEST_CASE("a report behind a parked one is parked under that reason", "[settlement_desk]") {
    const auto settlement = behind_parked(7);
    CHECK(settlement.report == 7);
    CHECK(settlement.state == store::DeliveryState::parked);
    CHECK(settlement.reason == "behind_parked");
}
