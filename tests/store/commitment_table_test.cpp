#include "commitment_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include "commitment_sample.hpp"

namespace edgeward::store {
namespace {

using Verdicts = std::vector<std::optional<Kept>>;

std::vector<audit::Record> records_of(const Bench& bench, audit::Action action) {
    std::vector<audit::Record> found;
    for (auto& record : bench.records()) {
        if (record.event.action == action) found.push_back(std::move(record));
    }
    return found;
}

Result<void> end(Bench& bench, std::uint64_t number, const std::string& why = {}) {
    return bench.change([&](ObservationStore& store) { return store.end_commitment(number, why); });
}

Result<void> erase(Bench& bench, const std::vector<std::uint64_t>& reports, std::uint8_t subject) {
    return bench.change([&](ObservationStore& store) -> Result<void> {
        auto erased = store.erase_reports(reports, {person(subject)}, "test");
        if (!erased) return failure(erased.error());
        return {};
    });
}

}  // namespace

TEST_CASE("what is asked about is found by its sender, its UID and its class", "[commitment_table]") {
    Bench bench;
    REQUIRE(bench.record({object_message(1), object_message(2), held_object(3)}));
    AskedCommitment request = asked("2.25.7", {1, 2, 3, 4});
    request.objects[1].sop_class = mr_class;
    CHECK(take(bench, request) == CommitmentTaken::taken);
    CHECK(kept_of(bench, 1) == Verdicts{std::nullopt, Kept::other_class, Kept::failed, Kept::unknown});
    CHECK(take(bench, asked("2.25.7", {1}, "mr")) == CommitmentTaken::taken);
    CHECK(kept_of(bench, 2) == Verdicts{Kept::unknown});
    const auto told = records_of(bench, audit::Action::commitment_requested);
    REQUIRE(told.size() == 2);
    CHECK(told[0].event.actor == "sender:ct");
    CHECK(told[0].event.object == "request 1");
    CHECK(told[0].event.count == 4);
}

TEST_CASE("an object that is not here any more is as unknown as one that never came", "[commitment_table]") {
    Bench bench;
    REQUIRE(bench.record({object_message(1, 1), object_message(2, 2), held_object(3)}));
    REQUIRE(erase(bench, {1}, 1));
    REQUIRE(bench.change([](ObservationStore& store) -> Result<void> {
        auto erased = store.erase_quarantine({1}, "test");
        if (!erased) return failure(erased.error());
        return {};
    }));
    CHECK(take(bench, asked("2.25.7", {1, 2, 3})) == CommitmentTaken::taken);
    CHECK(kept_of(bench, 1) == Verdicts{Kept::unknown, std::nullopt, Kept::unknown});
}

TEST_CASE("of what was sent twice under one UID the newest counts", "[commitment_table]") {
    Bench bench({"pacs"});
    REQUIRE(bench.record({object_message(1)}));
    Inbound changed = stored_message(500, 1);
    std::get<Stored>(changed.fate).reports.front().file = object_file(1);
    std::get<Stored>(changed.fate).reports.front().file->name.fill(77);
    REQUIRE(bench.record({changed}));
    REQUIRE(take(bench, asked("2.25.7", {1})) == CommitmentTaken::taken);
    CHECK(bench.number("SELECT report FROM commitment_object") == 2);
    // One that is held is the newest of all: nobody knows whose it is.
    Inbound held = held_object(1);
    std::get<Quarantined>(held.fate).file->name.fill(78);
    REQUIRE(bench.record({held}));
    REQUIRE(take(bench, asked("2.25.8", {1})) == CommitmentTaken::taken);
    CHECK(kept_of(bench, 2) == Verdicts{Kept::failed});
}

TEST_CASE("a repeated request is the same one and its UID serves no other", "[commitment_table]") {
    Bench bench;
    REQUIRE(bench.record({object_message(1), object_message(2)}));
    CHECK(take(bench, asked("2.25.7", {1})) == CommitmentTaken::taken);
    CHECK(take(bench, asked("2.25.7", {1})) == CommitmentTaken::same_again);
    CHECK(take(bench, asked("2.25.7", {2})) == CommitmentTaken::other_content);
    CHECK(take(bench, asked("2.25.7", {1, 1})) == CommitmentTaken::other_content);
    CHECK(take(bench, asked("2.25.7", {2}, "mr")) == CommitmentTaken::taken);
    CHECK(records_of(bench, audit::Action::commitment_requested).size() == 2);
    CHECK(bench.reader().open_commitments()->size() == 2);
}

TEST_CASE("a sender has so many requests open and no more", "[commitment_table]") {
    Bench bench;
    CHECK(take(bench, asked("2.25.1", {1}), 2) == CommitmentTaken::taken);
    CHECK(take(bench, asked("2.25.2", {1}), 2) == CommitmentTaken::taken);
    CHECK(take(bench, asked("2.25.3", {1}), 2) == CommitmentTaken::too_many);
    CHECK(take(bench, asked("2.25.2", {1}), 2) == CommitmentTaken::same_again);
    CHECK(take(bench, asked("2.25.3", {1}, "mr"), 2) == CommitmentTaken::taken);
    REQUIRE(end(bench, 1));
    CHECK(take(bench, asked("2.25.3", {1}), 2) == CommitmentTaken::taken);
}

TEST_CASE("a request is there after a restart with what was decided of it", "[commitment_table]") {
    Bench bench;
    REQUIRE(bench.record({object_message(1), object_message(2)}));
    REQUIRE(take(bench, asked("2.25.7", {1, 2})) == CommitmentTaken::taken);
    REQUIRE(bench.change([](ObservationStore& store) {
        return store.settle_commitment(1, {{0, Kept::committed}}, false);
    }));
    bench.reopen();
    auto open = bench.reader().open_commitments().value();
    REQUIRE(open.size() == 1);
    CHECK(open[0].sender == "ct");
    CHECK(open[0].transaction == "2.25.7");
    CHECK(open[0].taken == bench.clock.now());
    CHECK_FALSE(open[0].decided);
    CHECK(kept_of(bench, 1) == Verdicts{Kept::committed, std::nullopt});
    REQUIRE(bench.change([](ObservationStore& store) {
        return store.settle_commitment(1, {{0, Kept::failed}}, true);  // too late: it is decided
    }));
    CHECK(kept_of(bench, 1) == Verdicts{Kept::committed, Kept::failed});
    open = bench.reader().open_commitments().value();
    CHECK(open[0].decided == bench.clock.now());
}

TEST_CASE("a request ends once, with a record that counts", "[commitment_table]") {
    Bench bench;
    REQUIRE(bench.record({object_message(1), object_message(2)}));
    REQUIRE(take(bench, asked("2.25.7", {1, 2})) == CommitmentTaken::taken);
    REQUIRE(take(bench, asked("2.25.8", {1})) == CommitmentTaken::taken);
    REQUIRE(bench.change([](ObservationStore& store) {
        return store.settle_commitment(1, {{0, Kept::committed}}, true);
    }));
    REQUIRE(end(bench, 1));
    REQUIRE(end(bench, 1));
    REQUIRE(end(bench, 2, "time_over"));
    const auto reported = records_of(bench, audit::Action::commitment_reported);
    REQUIRE(reported.size() == 1);
    CHECK(reported[0].event.object == "request 1: 1 of 2 committed");
    CHECK(reported[0].event.outcome == audit::Outcome::failure);
    const auto unreported = records_of(bench, audit::Action::commitment_unreported);
    REQUIRE(unreported.size() == 1);
    CHECK(unreported[0].event.object == "request 2: 0 of 1 committed");
    CHECK(unreported[0].event.rule == "time_over");
    CHECK(bench.reader().open_commitments()->empty());
    CHECK(bench.number("SELECT count(*) FROM commitment_object") == 0);
    // Numbers are never used again: the audit log names them.
    REQUIRE(take(bench, asked("2.25.7", {1})) == CommitmentTaken::taken);
    CHECK(bench.reader().open_commitments()->front().number == 3);
}

TEST_CASE("an erased person's objects leave every request with the erasure", "[commitment_table]") {
    Bench bench;
    REQUIRE(bench.record({object_message(1, 1), object_message(2, 2), held_object(3)}));
    REQUIRE(take(bench, asked("2.25.7", {1, 2})) == CommitmentTaken::taken);
    REQUIRE(take(bench, asked("2.25.8", {1})) == CommitmentTaken::taken);
    REQUIRE(take(bench, asked("2.25.9", {3})) == CommitmentTaken::taken);
    REQUIRE(bench.change([](ObservationStore& store) {
        return store.settle_commitment(1, {{1, Kept::committed}}, false);
    }));
    REQUIRE(erase(bench, {1, 2}, 1));
    // Whoever is told of the rest as committed may take it for all.
    CHECK(kept_of(bench, 1) == Verdicts{Kept::failed});
    CHECK(bench.number("SELECT count(*) FROM commitment_object WHERE instance = '1.2.3.1'") == 0);
    CHECK(bench.reader().commitment_objects(1)->size() == 1);
    CHECK(bench.reader().open_commitments()->size() == 2);
    REQUIRE(bench.change([](ObservationStore& store) -> Result<void> {
        auto erased = store.erase_quarantine({1}, "test");
        if (!erased) return failure(erased.error());
        return {};
    }));
    CHECK(bench.reader().open_commitments()->size() == 1);
    const auto ended = records_of(bench, audit::Action::commitment_unreported);
    REQUIRE(ended.size() == 2);
    CHECK(ended[0].event.rule == "erased");
    CHECK(ended[0].event.outcome == audit::Outcome::failure);
}

TEST_CASE("ten thousand objects are one request", "[commitment_table]") {
    Bench bench(no_destinations);
    std::vector<std::uint64_t> numbers(10'000);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = i;
    CHECK(take(bench, asked("2.25.7", numbers)) == CommitmentTaken::taken);
    CHECK(bench.reader().commitment_objects(1)->back().sop_instance == instance(9'999));
    REQUIRE(end(bench, 1, "time_over"));
    CHECK(bench.number("SELECT count(*) FROM commitment_object") == 0);
}

}  // namespace edgeward::store
