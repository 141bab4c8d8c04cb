#include "group_writer.hpp"

#include <catch2/catch_test_macros.hpp>

#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <future>
#include <thread>

#include "bench.hpp"

namespace edgeward::store {
namespace {

using std::chrono::milliseconds;

// Holds ew-db until released, so that jobs pile up behind it.
struct Gate {
    std::promise<void> entered;
    std::promise<void> released;
    Job job() {
        return {[this](ObservationStore&) -> Result<void> {
                    if (!passed_) entered.set_value();
                    passed_ = true;
                    released_.wait();
                    return {};
                },
                {}};
    }

private:
    bool passed_ = false;
    std::shared_future<void> released_ = released.get_future().share();
};

// Files of this process cannot grow: writing fails as on a broken or full device.
class NoGrowth {
public:
    NoGrowth() {
        signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        rlimit none = before_;
        none.rlim_cur = 0;
        setrlimit(RLIMIT_FSIZE, &none);
    }
    NoGrowth(const NoGrowth&) = delete;
    NoGrowth& operator=(const NoGrowth&) = delete;
    ~NoGrowth() { end(); }
    void end() { setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

template <typename Condition>
bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
        if (condition()) return true;
        std::this_thread::sleep_for(milliseconds(5));
    }
    return false;
}

}  // namespace

TEST_CASE("jobs end in the order they came and after their commit", "[group_writer]") {
    Bench bench;
    std::vector<int> order;
    std::vector<std::size_t> visible;
    for (int i = 0; i < 20; ++i) {
        REQUIRE(bench.parts.writer->submit(
            {[i](ObservationStore& store) {
                 return store.record({stored_message(static_cast<std::uint64_t>(100 * i))});
             },
             [&, i](const Result<void>& done) {
                 order.push_back(done ? i : -1);
                 visible.push_back(bench.reader().pending("kis", 0, 100)->size());
             }}));
    }
    bench.parts.writer->stop();
    REQUIRE(order.size() == 20);
    for (int i = 0; i < 20; ++i) {
        CHECK(order[static_cast<std::size_t>(i)] == i);
        CHECK(visible[static_cast<std::size_t>(i)] > static_cast<std::size_t>(i));
    }
}

TEST_CASE("what has arrived meanwhile becomes one transaction", "[group_writer]") {
    Bench bench;
    Gate gate;
    REQUIRE(bench.parts.writer->submit(gate.job()));
    gate.entered.get_future().wait();
    std::vector<std::size_t> visible;
    for (std::uint64_t i = 0; i < 5; ++i) {
        REQUIRE(bench.parts.writer->submit(
            {[i](ObservationStore& store) { return store.record({stored_message(100 * i)}); },
             [&](const Result<void>&) {
                 visible.push_back(bench.reader().pending("kis", 0, 100)->size());
             }}));
    }
    CHECK(bench.parts.writer->queued() == 5);
    gate.released.set_value();
    bench.parts.writer->stop();
    CHECK(visible == std::vector<std::size_t>(5, 5));
}

TEST_CASE("a job that may wait is committed with the next one that may not", "[group_writer]") {
    Bench bench;
    bench.close();
    bench.writer_settings.company_wait = std::chrono::hours(1);
    bench.open();
    std::vector<std::size_t> visible;
    const auto submit = [&](std::uint64_t number, bool may_wait) {
        REQUIRE(bench.parts.writer->submit(
            {[number](ObservationStore& store) { return store.record({stored_message(100 * number)}); },
             [&](const Result<void>& done) {
                 visible.push_back(done ? bench.reader().pending("kis", 0, 100)->size() : 0);
             },
             may_wait}));
    };
    submit(0, true);
    submit(1, true);
    REQUIRE(eventually([&] { return bench.parts.writer->queued() == 0; }));
    submit(2, false);
    REQUIRE(bench.parts.writer->run([](ObservationStore&) -> Result<void> { return {}; }));
    CHECK(visible == std::vector<std::size_t>(3, 3));
    submit(3, true);
    bench.parts.writer->stop();  // waits for nobody
    CHECK(visible.size() == 4);
}

TEST_CASE("a job that may wait and stays alone is committed all the same", "[group_writer]") {
    Bench bench;
    std::promise<bool> committed;
    REQUIRE(bench.parts.writer->submit(
        {[](ObservationStore& store) { return store.record({stored_message(100)}); },
         [&](const Result<void>& done) { committed.set_value(done.has_value()); }, true}));
    CHECK(committed.get_future().get());
    CHECK(bench.reader().pending("kis", 0, 100)->size() == 1);
}

TEST_CASE("submit blocks while the queue is full", "[group_writer]") {
    Bench bench(no_destinations);
    bench.close();
    bench.writer_settings.queue_capacity = 2;
    bench.open();
    Gate gate;
    REQUIRE(bench.parts.writer->submit(gate.job()));
    gate.entered.get_future().wait();
    std::atomic<int> submitted{0};
    std::thread producer([&] {
        for (int i = 0; i < 3; ++i) {
            bench.parts.writer->submit({[](ObservationStore&) -> Result<void> { return {}; }, {}});
            ++submitted;
        }
    });
    CHECK(eventually([&] { return submitted == 2; }));
    std::this_thread::sleep_for(milliseconds(30));
    CHECK(submitted == 2);
    gate.released.set_value();
    producer.join();
    CHECK(submitted == 3);
}

TEST_CASE("run gives the result of the job", "[group_writer]") {
    Bench bench;
    CHECK(bench.record({stored_message(1)}));
    const auto refused = bench.settle("kis", {ended(7)});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid_input);
    CHECK(bench.parts.writer->health());
}

TEST_CASE("after stop nothing is taken and everything taken before is stored", "[group_writer]") {
    Bench bench;
    int done = 0;
    for (std::uint64_t i = 0; i < 50; ++i)
        REQUIRE(bench.parts.writer->submit(
            {[i](ObservationStore& store) { return store.record({stored_message(10 * i)}); },
             [&](const Result<void>& result) { done += result ? 1 : 0; }}));
    bench.parts.writer->stop();
    bench.parts.writer->stop();
    CHECK(done == 50);
    CHECK_FALSE(bench.parts.writer->submit({[](ObservationStore&) -> Result<void> { return {}; }, {}}));
    CHECK(bench.parts.writer->run([](ObservationStore&) -> Result<void> { return {}; }).error().kind ==
          ErrorKind::unavailable);
    CHECK(bench.reader().inbound_book()->received == 50);
}

TEST_CASE("jobs are kept while the disk cannot take them and committed when it can", "[group_writer]") {
    Bench bench;
    REQUIRE(bench.record({stored_message(1)}));
    std::atomic<int> done{0};
    {
        NoGrowth full;
        for (std::uint64_t i = 1; i < 4; ++i)
            REQUIRE(bench.parts.writer->submit(
                {[i](ObservationStore& store) { return store.record({stored_message(100 * i)}); },
                 [&](const Result<void>& result) { done += result ? 1 : 100; }}));
        CHECK(eventually([&] { return !bench.parts.writer->health(); }));
        std::this_thread::sleep_for(milliseconds(150));
        CHECK(done == 0);
        full.end();
        CHECK(eventually([&] { return done == 3; }));
    }
    CHECK(bench.parts.writer->health());
    CHECK(bench.reader().inbound_book()->received == 4);
    CHECK(numbers_of(bench.reader().pending("kis", 0, 9).value()) == std::vector<std::uint64_t>{1, 2, 3, 4});
    bench.reopen();
    CHECK(bench.records().size() == bench.reader().chain()->sequence);
}

TEST_CASE("room that can be made is made before a full disk is waited out", "[group_writer]") {
    Bench bench;
    std::optional<NoGrowth> full;
    std::atomic<int> asked{0};
    bench.writer_settings.make_room = [&] {
        if (++asked > 1) return false;
        full->end();
        return true;
    };
    bench.reopen();
    full.emplace();
    bench.parts.writer->limit_patience(milliseconds(0));  // nothing is waited out
    CHECK(bench.record({stored_message(1)}));
    CHECK(asked == 1);
    CHECK(bench.reader().inbound_book()->received == 1);
    NoGrowth again;
    CHECK_FALSE(bench.record({stored_message(10)}));
    CHECK(asked > 1);
}

TEST_CASE("stopping does not wait for a disk that stays full", "[group_writer]") {
    Bench bench;
    std::atomic<int> failed{0};
    {
        NoGrowth full;
        REQUIRE(bench.parts.writer->submit(
            {[](ObservationStore& store) { return store.record({stored_message(1)}); },
             [&](const Result<void>& result) { failed += result ? 0 : 1; }}));
        CHECK(eventually([&] { return !bench.parts.writer->health(); }));
        bench.parts.writer->stop();
        CHECK(failed == 1);
    }
    bench.open();
    CHECK(bench.reader().inbound_book()->received == 0);
}

TEST_CASE("with limited patience jobs fail on a disk that stays full, and later ones may pass",
          "[group_writer]") {
    Bench bench;
    {
        NoGrowth full;
        bench.parts.writer->limit_patience(milliseconds(50));
        const auto recorded = bench.record({stored_message(1)});
        REQUIRE_FALSE(recorded);
        CHECK(recorded.error().kind != ErrorKind::corrupt);
        CHECK_FALSE(bench.record({stored_message(10)}));
    }
    CHECK(bench.record({stored_message(20)}));
    CHECK(bench.reader().inbound_book()->received == 1);
}

TEST_CASE("a corrupt store ends the writer for good", "[group_writer]") {
    Bench bench;
    REQUIRE(bench.raw().execute("UPDATE report SET digest = digest; DROP TABLE observation_id"));
    Gate gate;
    REQUIRE(bench.parts.writer->submit(gate.job()));
    gate.entered.get_future().wait();
    std::atomic<int> failed{0};
    for (std::uint64_t i = 0; i < 3; ++i)
        REQUIRE(bench.parts.writer->submit(
            {[i](ObservationStore& store) { return store.record({stored_message(i)}); },
             [&](const Result<void>& result) { failed += result ? 0 : 1; }}));
    gate.released.set_value();
    CHECK(eventually([&] { return failed == 3; }));
    CHECK_FALSE(bench.parts.writer->health());
    CHECK_FALSE(bench.parts.writer->submit({[](ObservationStore&) -> Result<void> { return {}; }, {}}));
    CHECK_FALSE(bench.parts.writer->run([](ObservationStore&) -> Result<void> { return {}; }));
}

TEST_CASE("the writer signs a checkpoint by itself when it is due", "[group_writer]") {
    Bench bench(no_destinations);
    bench.close();
    bench.settings.checkpoint_interval = std::chrono::seconds(1);
    // The time to wait is the real one, the time that has passed the test's.
    bench.open();
    REQUIRE(bench.record({refused_message("retained")}));
    CHECK(bench.reader().chain()->checkpoint == 0);
    bench.clock.pass(std::chrono::seconds(1));
    CHECK(eventually([&] { return bench.reader().chain()->checkpoint == 1; }));
}

}  // namespace edgeward::store
