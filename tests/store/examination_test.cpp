#include <edgeward/store/examination.hpp>

#include <catch2/catch_test_macros.hpp>

#include <set>

#include "bench.hpp"

namespace edgeward::store {
namespace {

// A closed store with two persons, refused and quarantined messages and settled deliveries.
struct ClosedStore {
    ClosedStore() {
        must(bench.record({stored_message(1), stored_message(11, 3, 2), refused_message("retained"),
                           quarantined_message("no_mapping"), stored_message(21, 1, 0)}));
        must(bench.settle("kis", {ended(1), ended(2, DeliveryState::dead, "rejected")}));
        bench.close();
    }
    [[nodiscard]] Result<Examination> examine() {
        return store::examine(bench.settings.folder, bench.keys, {});
    }
    void tamper(const char* sql) { must(bench.raw().execute(sql)); }
    Bench bench;
};

TEST_CASE("a sound store is counted and its persons are named", "[examination]") {
    ClosedStore store;
    std::set<model::Pseudonym> subjects;
    const auto found = store::examine(store.bench.settings.folder, store.bench.keys,
                                      [&](const model::Pseudonym& subject) { subjects.insert(subject); });
    REQUIRE(found);
    CHECK(found->schema_version >= 1);
    CHECK(found->inbound.received == 5);
    CHECK(found->inbound.stored == 3);
    CHECK(found->inbound.observations == 6);
    CHECK(found->reports_checked == 3);
    CHECK(found->batches_checked == 1);
    CHECK(found->destinations.at("kis").delivered == 1);
    CHECK(found->destinations.at("kis").dead == 1);
    CHECK(found->chain.sequence > 3);
    CHECK(found->chain.origin.starts_with("edgeward/"));
    CHECK(subjects == std::set{person(1), person(2)});
    CHECK(store.examine());  // it changes nothing
}

TEST_CASE("an empty store is sound", "[examination]") {
    Bench bench(no_destinations);
    bench.close();
    CHECK(store::examine(bench.settings.folder, bench.keys, {}));
}

TEST_CASE("a changed row; record; counter or queue is found", "[examination]") {
    for (const char* sql :
         {"UPDATE report SET sealed = zeroblob(40) WHERE number = 2", "DELETE FROM report WHERE number = 1",
          "UPDATE audit SET canonical = (SELECT canonical FROM audit WHERE sequence = 1) WHERE sequence = 2",
          "UPDATE inbound_book SET count = count + 1 WHERE entry = 1",
          "UPDATE delivery SET state = 2 WHERE report = 3", "UPDATE destination SET delivered = 7",
          "DELETE FROM audit WHERE sequence = 1"}) {
        CAPTURE(sql);
        ClosedStore store;
        store.tamper(sql);
        const auto found = store.examine();
        REQUIRE_FALSE(found);
        CHECK(found.error().kind == ErrorKind::corrupt);
    }
}

TEST_CASE("a damaged page is found", "[examination]") {
    ClosedStore store;
    const auto file = store.bench.settings.folder / "store.db";
    std::FILE* opened = std::fopen(file.c_str(), "r+b");
    REQUIRE(opened != nullptr);
    std::fseek(opened, -2000, SEEK_END);
    const int octet = std::fgetc(opened);
    std::fseek(opened, -2000, SEEK_END);
    std::fputc(octet ^ 1, opened);
    std::fclose(opened);
    CHECK(store.examine().error().kind == ErrorKind::corrupt);
}

TEST_CASE("a snapshot begun in the writer's turn is what was committed", "[examination]") {
    Bench bench;
    must(bench.record({stored_message(1)}));
    std::optional<database::Snapshot> snapshot;
    must(bench.change([&](ObservationStore&) -> Result<void> {
        auto begun = begin_snapshot(bench.settings.folder, bench.keys);
        if (!begun) return failure(std::move(begun.error()));
        snapshot.emplace(*std::move(begun));
        return {};
    }));
    CHECK(snapshot->file_size() + snapshot->log_size() > 4096);
    CHECK(snapshot->connection().schema_version().value() >= 1);
}

}  // namespace
}  // namespace edgeward::store
