#include "store_reader.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>

#include "bench.hpp"

namespace edgeward::store {

TEST_CASE("a reader sees what is committed and nothing else", "[store_reader]") {
    Bench bench;
    CHECK(bench.reader().pending("kis", 0, 10)->empty());
    CHECK(bench.reader().destination_books()->size() == 2);
    CHECK_FALSE(bench.reader().destination_books()->at("kis").oldest_pending.has_value());
    REQUIRE(bench.record({stored_message(1)}));
    CHECK(bench.reader().pending("kis", 0, 10)->size() == 1);
    std::size_t seen_inside = 99;
    REQUIRE(bench.change([&](ObservationStore& store) -> Result<void> {
        auto recorded = store.record({stored_message(11)});
        seen_inside = bench.reader().pending("kis", 0, 10)->size();
        return recorded;
    }));
    CHECK(seen_inside == 1);
    CHECK(bench.reader().pending("kis", 0, 10)->size() == 2);
}

TEST_CASE("readers on several threads see whole commits while the writer writes", "[store_reader]") {
    Bench bench;
    std::atomic<bool> done{false};
    std::atomic<int> torn{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const auto book = bench.reader().inbound_book();
                if (!book || book->received != book->stored + book->refused + book->quarantined) ++torn;
                const auto deliveries = bench.reader().destination_books();
                if (!deliveries || deliveries->at("kis").offered % 3 != 0) ++torn;
            }
        });
    }
    for (std::uint64_t i = 0; i < 100; ++i) {
        REQUIRE(bench.record({stored_message(100 * i), stored_message(100 * i + 10),
                              refused_message("retained"), stored_message(100 * i + 20)}));
    }
    done = true;
    for (std::thread& reader : readers)
        reader.join();
    CHECK(torn == 0);
}

TEST_CASE("the room inside the file is told from what has content", "[store_reader]") {
    Bench bench;
    std::vector<Inbound> messages;
    for (std::uint64_t id = 0; id < 400; ++id)
        messages.push_back(stored_message(10 * id));
    REQUIRE(bench.record(messages));
    const StoreSpace before = bench.reader().space().value();
    CHECK(before.used > 400 * 100);
    CHECK(before.log > 0);
    REQUIRE(bench.raw().execute("DELETE FROM observation_id; DELETE FROM report"));
    const StoreSpace after = bench.reader().space().value();
    CHECK(after.used < before.used);
    CHECK(after.free > before.free);
    CHECK(after.used + after.free == before.used + before.free);
}

}  // namespace edgeward::store
