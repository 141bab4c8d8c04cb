#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"
#include "sound.hpp"

namespace edgeward::store {
namespace {

struct Moved : Bench {
    Moved() : Bench({"kis", "research"}) {}
    Result<std::vector<std::uint64_t>> reassign(std::vector<Reassignment> all) {
        std::vector<std::uint64_t> done;
        auto written = change([&](ObservationStore& store) -> Result<void> {
            auto moved = store.reassign(all);
            if (!moved) return failure(std::move(moved.error()));
            done = *std::move(moved);
            return {};
        });
        if (!written) return failure(std::move(written.error()));
        return done;
    }
};
using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a delivered report is taken back where it is and given to its person everywhere",
          "[reassignment]") {
    Moved bench;
    REQUIRE(bench.record({stored_message(1, 1), stored_message(2, 1)}));
    REQUIRE(bench.settle("kis", {ended(1), ended(2)}));
    CHECK(bench.reassign({to_person_2(1, 101)}).value() == Numbers{1});
    // 3 takes 1 back, 4 stands instead of it. Research has not got 1 and never gets it.
    CHECK(numbers_of(bench.reader().pending("kis", 0, 9).value()) == Numbers{3, 4});
    CHECK(numbers_of(bench.reader().pending("research", 0, 9).value()) == Numbers{2, 4});
    const auto books = bench.reader().destination_books().value();
    CHECK(books.at("kis").delivered == 2);
    CHECK(books.at("kis").pending == 2);
    CHECK(books.at("research").filtered == 1);
    CHECK(books.at("research").pending == 2);
    const auto inbound = bench.reader().inbound_book().value();
    CHECK(inbound.received == 2);
    CHECK(inbound.stored == 2);
    CHECK(inbound.reports == 4);
    CHECK(inbound.observations == 3);
    check_sound(bench);
    // Once.
    CHECK(bench.reassign({to_person_2(1, 102)})->empty());
    CHECK(bench.reassign({to_person_2(3, 103)})->empty());
    CHECK(bench.reader().standing("monitor-1", 0, at_second(0), at_second(900), 100)->reports.size() == 2);
}

TEST_CASE("a reassignment says in the audit log whose reports went where", "[reassignment]") {
    Moved bench;
    REQUIRE(bench.record({stored_message(1, 1), stored_message(2, 1), stored_message(3, 1)}));
    REQUIRE(bench.reassign({to_person_2(1, 101), to_person_2(2, 102)}));
    std::vector<audit::Event> said;
    for (const auto& record : bench.records())
        if (record.event.action == audit::Action::reassigned ||
            record.event.action == audit::Action::filtered)
            said.push_back(record.event);
    REQUIRE(said.size() == 4);
    CHECK(said[0].subject == person(1));
    CHECK(said[0].object == "taken back 1-2");
    CHECK(said[0].count == 2);
    CHECK(said[1].subject == person(2));
    CHECK(said[1].object == "given 5-7");
    CHECK(said[2].rule == "reassigned");
    CHECK(said[3].actor == "destination:research");
    CHECK(said[3].object == "reports 1-2");
    check_sound(bench);
}

TEST_CASE("a report that is nobody's any more waits in quarantine", "[reassignment]") {
    Moved bench;
    REQUIRE(bench.record({stored_message(1, 1)}));
    REQUIRE(bench.settle("kis", {ended(1)}));
    Reassignment held = to_person_2(1, 0);
    held.instead = quarantined_message("no_association", 1, "monitor-1");
    CHECK(bench.reassign({held}).value() == Numbers{1});
    CHECK(numbers_of(bench.reader().pending("kis", 0, 9).value()) == Numbers{2});
    CHECK(bench.reader().quarantine(9)->size() == 1);
    const auto inbound = bench.reader().inbound_book().value();
    CHECK(inbound.received == 2);  // what is held is a message of its own
    CHECK(inbound.stored == 1);
    CHECK(inbound.quarantined == 1);
    check_sound(bench);
}

TEST_CASE("a reassignment about nobody is refused and changes nothing", "[reassignment]") {
    Moved bench;
    REQUIRE(bench.record({stored_message(1, 1)}));
    Reassignment wrong = to_person_2(1, 101);
    wrong.taken_back.subject.reset();
    CHECK(bench.reassign({wrong}).error().kind == ErrorKind::invalid_input);
    CHECK(numbers_of(bench.reader().pending("kis", 0, 9).value()) == Numbers{1});
    check_sound(bench);
}

}  // namespace edgeward::store
