#include "books_answer.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::app {
namespace {

store::Reconciliation sample() {
    store::Reconciliation found;
    found.as_of = 12;
    auto& monitor = found.kept.devices["monitor-1"];
    monitor.received = 3;
    monitor.stored = 2;
    monitor.refused = 1;
    monitor.refused_messages["duplicate"] = 1;
    auto& unknown = found.kept.devices[""];
    unknown.received = unknown.quarantined = 4;
    auto& kis = found.kept.destinations["kis"];
    kis.offered = kis.pending = 2;
    kis.oldest_pending = Instant{};
    return found;
}

}  // namespace

TEST_CASE("the totals are those of all devices, known or not", "[books_answer]") {
    const auto answer = books_answer(sample(), "", "").value();
    CHECK(answer.at("inbound").at("received") == 7);
    CHECK(answer.at("inbound").at("balanced") == true);
    CHECK(answer.at("inbound").at("refused_messages").at("duplicate") == 1);
    CHECK(answer.at("devices").at("").at("quarantined") == 4);
    CHECK(answer.at("destinations").at("kis").at("oldest_pending") == "1970-01-01T00:00:00.000Z");
    CHECK(answer.at("balanced") == true);
    CHECK(answer.at("recounted") == false);
    CHECK(answer.at("as_of") == 12);
}

TEST_CASE("one device has its own totals, one that never spoke has none", "[books_answer]") {
    const auto one = books_answer(sample(), "monitor-1", "").value();
    CHECK(one.at("inbound").at("received") == 3);
    CHECK(one.at("devices").size() == 1);
    CHECK(books_answer(sample(), "other", "").value().at("inbound").at("received") == 0);
}

TEST_CASE("a destination that is not known is a mistake", "[books_answer]") {
    CHECK(books_answer(sample(), "", "kis").value().at("destinations").size() == 1);
    CHECK(books_answer(sample(), "", "lis").error().kind == ErrorKind::invalid_input);
}

TEST_CASE("differences make the books unbalanced", "[books_answer]") {
    auto found = sample();
    found.counted.emplace();
    found.differences.push_back({"device monitor-1", "stored", 2, 1});
    const auto answer = books_answer(found, "", "").value();
    CHECK(answer.at("balanced") == false);
    CHECK(answer.at("recounted") == true);
    CHECK(answer.at("differences").at(0).at("counted") == 1);
}

}  // namespace edgeward::app
