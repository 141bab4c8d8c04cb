// What the reader says of one person: src/store/person_reader.cpp.

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"

namespace edgeward::store {
namespace {

audit::Event disclosed(std::uint8_t whose, std::string to) {
    audit::Event event;
    event.actor = "destination:" + std::move(to);
    event.action = audit::Action::disclosed;
    event.subject = person(whose);
    event.object = "pseudonymous research consent";
    return event;
}

}  // namespace

TEST_CASE("records about a person are found in stretches", "[person_reader]") {
    Bench bench({"kis"});
    for (const auto& event : {disclosed(1, "a"), disclosed(2, "b"), disclosed(1, "c")}) {
        REQUIRE(bench.change([&](ObservationStore& store) { return store.append_audit(event); }));
    }
    std::vector<std::string> actors;
    const auto take = [&](Instant, const audit::Event& event) { actors.push_back(event.actor); };
    CHECK(bench.reader().records_about(person(1), 0, 1000, take).value() == 0);
    CHECK(actors == std::vector<std::string>{"destination:a", "destination:c"});
    actors.clear();
    std::uint64_t after = 0;
    int stretches = 0;
    do {
        after = bench.reader().records_about(person(1), after, 1, take).value();
        ++stretches;
    } while (after != 0);
    CHECK(actors == std::vector<std::string>{"destination:a", "destination:c"});
    CHECK(stretches >= 3);
    actors.clear();
    CHECK(bench.reader().records_about(person(9), 0, 1000, take).value() == 0);
    CHECK(actors.empty());
}

TEST_CASE("a record whose other octets look like the person is not about it", "[person_reader]") {
    Bench bench({"kis"});
    auto other = disclosed(2, "b");
    const auto octets = person(1).octets();
    std::copy(octets.begin(), octets.end(), other.details.begin());
    REQUIRE(bench.change([&](ObservationStore& store) { return store.append_audit(other); }));
    std::size_t found = 0;
    REQUIRE(bench.reader().records_about(person(1), 0, 1000, [&](Instant, const audit::Event&) { ++found; }));
    CHECK(found == 0);
}

TEST_CASE("the reports of a person come in pages and retention takes them off", "[person_reader]") {
    Bench bench({"kis"});
    REQUIRE(bench.record({stored_message(1, 1, 1), stored_message(2, 1, 2), stored_message(3, 1, 1),
                          stored_message(4, 1, 1)}));
    const auto all = bench.reader().measurements_of(person(1), 0, 1000, 10).value();
    CHECK(numbers_of(all.reports) == std::vector<std::uint64_t>{1, 3, 4});
    CHECK(all.looked_to == 0);
    CHECK(all.reports.front().subject == person(1));
    const auto page = bench.reader().measurements_of(person(1), 0, 1000, 2).value();
    CHECK(numbers_of(page.reports) == std::vector<std::uint64_t>{1, 3});
    CHECK(page.looked_to == 3);
    const auto stretch = bench.reader().measurements_of(person(1), 0, 2, 10).value();
    CHECK(numbers_of(stretch.reports) == std::vector<std::uint64_t>{1});
    CHECK(stretch.looked_to == 2);
    REQUIRE(bench.raw().execute("UPDATE report SET sealed = x'' WHERE number = 3"));
    CHECK(numbers_of(bench.reader().measurements_of(person(1), 0, 1000, 10)->reports) ==
          std::vector<std::uint64_t>{1, 4});
    CHECK(bench.reader().measurements_of(person(9), 0, 1000, 10)->reports.empty());
    REQUIRE(bench.raw().execute("INSERT INTO withdrawal(report, taken_back_by) VALUES(1, 4)"));
    CHECK(bench.reader().measurements_of(person(1), 0, 1000, 10)->reports.empty());
}

}  // namespace edgeward::store
