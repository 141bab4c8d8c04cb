#include <edgeward/core/bounded_queue.hpp>

#include <atomic>
#include <memory>
#include <thread>

#include <catch2/catch_test_macros.hpp>

namespace edgeward {
namespace {

using namespace std::chrono_literals;

TEST_CASE("items come out in the order they went in", "[bounded_queue]") {
    BoundedQueue<int> queue(8);
    for (int i = 0; i < 5; ++i)
        REQUIRE(queue.push(i));
    std::vector<int> out;
    CHECK(queue.pop(out, 3, 0ms) == 3);
    CHECK(queue.pop(out, 10, 0ms) == 2);
    CHECK(out == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("an empty queue gives nothing after its patience", "[bounded_queue]") {
    BoundedQueue<int> queue(1);
    std::vector<int> out;
    CHECK(queue.pop(out, 1, 1ms) == 0);
    CHECK_FALSE(queue.finished());
}

TEST_CASE("a full queue makes the producer wait until there is room", "[bounded_queue]") {
    BoundedQueue<int> queue(1);
    REQUIRE(queue.push(1));
    std::atomic<bool> pushed{false};
    std::thread producer([&] { pushed = queue.push(2); });
    std::vector<int> out;
    CHECK_FALSE(pushed);  // there is no room before the pop below
    while (out.size() < 2)
        queue.pop(out, 1, 10s);
    producer.join();
    CHECK(pushed);
    CHECK(out == std::vector<int>{1, 2});
}

TEST_CASE("closing refuses pushes and lets pops drain", "[bounded_queue]") {
    BoundedQueue<int> queue(4);
    REQUIRE(queue.push(1));
    queue.close();
    CHECK_FALSE(queue.push(2));
    CHECK_FALSE(queue.finished());
    std::vector<int> out;
    CHECK(queue.pop(out, 4, 10s) == 1);
    CHECK(queue.finished());
    CHECK(queue.pop(out, 4, 10s) == 0);
}

TEST_CASE("a nudge ends a wait for items, once", "[bounded_queue]") {
    BoundedQueue<int> queue(1);
    std::vector<int> out;
    bool ran = false;
    std::thread other([&] { queue.nudge([&ran] { ran = true; }); });
    CHECK(queue.pop(out, 1, 60s) == 0);
    other.join();
    CHECK(ran);
    CHECK(queue.pop(out, 1, 0ms) == 0);
    REQUIRE(queue.push(1));
    queue.nudge([] {});
    CHECK(queue.pop(out, 1, 60s) == 1);
    const auto begun = std::chrono::steady_clock::now();
    CHECK(queue.pop(out, 1, 20ms) == 0);  // that nudge is used up
    CHECK(std::chrono::steady_clock::now() - begun >= 20ms);
}

TEST_CASE("closing wakes a waiting producer", "[bounded_queue]") {
    BoundedQueue<int> queue(1);
    REQUIRE(queue.push(1));
    bool taken = true;
    std::thread producer([&] { taken = queue.push(2); });
    queue.close();
    producer.join();
    CHECK_FALSE(taken);
    CHECK(queue.size() == 1);
}

TEST_CASE("many threads lose and double nothing and never exceed the capacity", "[bounded_queue]") {
    constexpr int producers = 3;
    constexpr int each = 2000;
    BoundedQueue<std::unique_ptr<int>> queue(16);
    std::vector<std::thread> threads;
    for (int p = 0; p < producers; ++p) {
        threads.emplace_back([&queue, p] {
            for (int i = 0; i < each; ++i)
                queue.push(std::make_unique<int>(p * each + i));
        });
    }
    std::vector<int> seen(static_cast<std::size_t>(producers * each), 0);
    std::vector<std::unique_ptr<int>> out;
    for (std::size_t total = 0; total < seen.size();) {
        out.clear();
        total += queue.pop(out, 7, 10s);
        CHECK(queue.size() <= queue.capacity());
        for (const auto& item : out)
            ++seen[static_cast<std::size_t>(*item)];
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(std::vector<int>(seen.size(), 1) == seen);
}

}  // namespace
}  // namespace edgeward
