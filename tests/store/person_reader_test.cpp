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

TEST_CASE("what destinations acknowledged of a person is counted by destination", "[person_reader]") {
    Bench bench({"kis", "research"});
    REQUIRE(bench.record({stored_message(1, 1, 1), stored_message(2, 1, 1), stored_message(3, 1, 2),
                          stored_message(4, 1, 1)}));
    REQUIRE(bench.settle("kis", {ended(1), ended(2), ended(3)}));
    REQUIRE(bench.settle("research", {ended(1), ended(2, DeliveryState::filtered)}));
    const auto all = bench.reader().deliveries_of(person(1), 0, 1000).value();
    CHECK(all.looked_to == 0);
    REQUIRE(all.by_destination.size() == 2);
    CHECK(all.by_destination.at("kis").reports == 2);
    CHECK(all.by_destination.at("research").reports == 1);
    CHECK(all.by_destination.at("kis").first <= all.by_destination.at("kis").last);
    const auto first = bench.reader().deliveries_of(person(1), 0, 1).value();
    CHECK(first.looked_to == 1);
    CHECK(first.by_destination.at("kis").reports == 1);
    CHECK(bench.reader().deliveries_of(person(1), 1, 3)->by_destination.at("kis").reports == 1);
    CHECK(bench.reader().deliveries_of(person(9), 0, 1000)->by_destination.empty());
}

}  // namespace edgeward::store
