#include "object_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/examination.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

ObjectFile file(std::uint8_t number) {
    ObjectFile made;
    made.name.fill(number);
    made.octets = 1000U * number;
    return made;
}

Inbound with_object(std::uint64_t id, std::uint8_t number) {
    Inbound message = stored_message(id, 1);
    std::get<Stored>(message.fate).reports.front().file = file(number);
    return message;
}

Inbound held_object(std::uint8_t number) {
    Inbound message;
    message.device = "monitor-1";
    message.received = at_second(number);
    Quarantined fate{"unknown_patient", "", Bytes{1}, Bytes{2}};
    fate.file = file(number);
    message.fate = std::move(fate);
    return message;
}

std::vector<model::ObjectName> ownerless(const Bench& bench) {
    return bench.reader().ownerless_objects(100).value();
}

}  // namespace

// The example of docs/store-format.md, made with printf and sha256sum.
TEST_CASE("an object is found by sender and UID and nobody else's", "[object_table]") {
    const auto key = object_key("ct", "1.2.3.1");
    CHECK(to_hex(key) == "f813f951583762b8df4c9bbdc1c38e09876a2d4792397e961c4046517f11457d");
    CHECK(object_key("ct1", ".2.3.1") != key);
}

TEST_CASE("a file is known with its owner and counted", "[object_table]") {
    Bench bench(no_destinations);
    REQUIRE(bench.record({with_object(10, 1), held_object(2)}));
    CHECK(bench.reader().object_totals()->files == 2);
    CHECK(bench.reader().object_totals()->octets == 3000);
    CHECK(bench.reader().knows_object(file(1).name).value());
    CHECK_FALSE(bench.reader().knows_object(file(9).name).value());
    CHECK(ownerless(bench).empty());
}

TEST_CASE("who owns a file is known in a snapshot and in a folder", "[object_table]") {
    Bench bench(no_destinations);
    REQUIRE(bench.record({with_object(10, 2), held_object(1)}));
    REQUIRE(bench.record({with_object(10, 3)}));  // a repetition: nobody's
    const auto names_of = [](const Result<std::vector<ObjectFile>>& files) {
        std::vector<model::ObjectName> names;
        for (const auto& one : files.value())
            names.push_back(one.name);
        return names;
    };
    const std::vector both{file(1).name, file(2).name};
    auto snapshot = begin_snapshot(bench.folder.path(), bench.keys).value();
    CHECK(names_of(objects_in(snapshot)) == both);
    CHECK(objects_in(snapshot)->back().octets == 2000);
    CHECK(names_of(objects_in(bench.folder.path(), bench.keys)) == both);
}

TEST_CASE("the file of a repetition has no owner", "[object_table]") {
    Bench bench(no_destinations);
    REQUIRE(bench.record({with_object(10, 1)}));
    REQUIRE(bench.record({with_object(10, 2)}));
    CHECK(ownerless(bench) == std::vector{file(2).name});
    REQUIRE(bench.change([](ObservationStore& store) { return store.forget_objects({file(2).name}); }));
    CHECK(ownerless(bench).empty());
    CHECK(bench.reader().object_totals()->files == 1);
}

TEST_CASE("a file loses its owner when retention or erasure empties the report", "[object_table]") {
    Bench bench(no_destinations);
    REQUIRE(bench.record({with_object(10, 1), with_object(11, 2), with_object(12, 3)}));
    REQUIRE(bench.change([](ObservationStore& store) -> Result<void> {
        auto erased = store.erase_reports({2}, {person(1)}, "test");
        if (!erased) return failure(erased.error());
        return {};
    }));
    CHECK(ownerless(bench) == std::vector{file(2).name});
    REQUIRE(bench.change([](ObservationStore& store) -> Result<void> {
        auto retired = store.retire({at_second(900), at_second(900), Instant{}, {}}, 0, 100);
        if (!retired) return failure(retired.error());
        return {};
    }));
    CHECK(ownerless(bench).size() == 3);
}

TEST_CASE("a file that is replayed from quarantine goes to the report and else loses its owner",
          "[object_table]") {
    Bench bench(no_destinations);
    REQUIRE(bench.record({held_object(1), held_object(2)}));
    REQUIRE(bench.change(
        [](ObservationStore& store) { return store.resolve_quarantine(1, with_object(10, 1), "user:1"); }));
    CHECK(ownerless(bench).empty());
    REQUIRE(bench.change([](ObservationStore& store) -> Result<void> {
        auto erased = store.erase_quarantine({2}, "test");
        if (!erased) return failure(erased.error());
        return {};
    }));
    CHECK(ownerless(bench) == std::vector{file(2).name});
}

}  // namespace edgeward::store
