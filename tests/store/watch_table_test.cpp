#include "watch_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

device::Watched monitor() {
    device::Watched one;
    one.device = "monitor-1";
    one.received = at_second(7);
    one.sequence = 41;
    one.recent = ~std::uint64_t{0};
    one.missing = 3;
    one.duplicates = 2;
    one.out_of_order = 1;
    one.restarts = 4;
    one.clock_offset = -250;
    one.stretch = 8;
    one.learned = 10;
    one.mean = 59.9;
    one.squares = 0.9;
    one.raised = 5;
    return one;
}

void save(Bench& bench, std::vector<device::Watched> devices, bool exact) {
    REQUIRE(bench.change([devices = std::move(devices), exact](ObservationStore& store) {
        return store.save_watched(devices, exact);
    }));
}

}  // namespace

TEST_CASE("what the device watch knows survives a restart", "[watch_table]") {
    Bench bench(no_destinations);
    CHECK(bench.reader().watched()->devices.empty());
    device::Watched pump;
    pump.device = "pump-1";
    save(bench, {monitor(), pump}, true);
    bench.reopen();
    const auto known = bench.reader().watched().value();
    CHECK(known.exact);
    REQUIRE(known.devices.size() == 2);
    const auto& one = known.devices.front();
    CHECK(one.device == "monitor-1");
    CHECK(one.received == at_second(7));
    CHECK(one.sequence == 41);
    CHECK(one.recent == ~std::uint64_t{0});
    CHECK(one.missing + one.duplicates + one.out_of_order + one.restarts == 10);
    CHECK(one.clock_offset == -250);
    CHECK(one.stretch == 8);
    CHECK(one.learned == 10);
    CHECK(one.mean == 59.9);
    CHECK(one.raised == 5);
    CHECK_FALSE(known.devices.back().sequence);
    CHECK_FALSE(known.devices.back().received);
}

TEST_CASE("only what was saved at the end is exact", "[watch_table]") {
    Bench bench(no_destinations);
    save(bench, {monitor()}, true);
    save(bench, {}, false);  // the next start
    CHECK_FALSE(bench.reader().watched()->exact);
    save(bench, {monitor()}, true);
    CHECK(bench.reader().watched()->exact);
}

}  // namespace edgeward::store
