#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {
namespace {

// One report of a person that destination "kis" would not take.
struct Refused : Desk {
    Refused() {
        REQUIRE(store.writer->run([](store::ObservationStore& to) {
            return to.set_destinations({"kis", "lis"});
        }));
        pipeline.replace(catalogue("flat"));
        take_in(R"({"t":"2026-11-23T18:48:00Z","p":"4711","hr":62})");
        const auto subject = vault->subject_of({"4711", "KIS", "MR"});
        REQUIRE(subject);
        store::Settlement dead;
        dead.report = 1;
        dead.state = store::DeliveryState::dead;
        dead.reason = "AR";
        dead.attempts = 3;
        dead.sealed_foreign = store::seal_foreign("no such patient", *subject->data_key);
        REQUIRE(store.writer->run([&](store::ObservationStore& to) { return to.settle("kis", {dead}); }));
    }
};

}  // namespace

TEST_CASE("dead letters are listed without the peer's words", "[control_dead_letters]") {
    Refused desk;
    const auto listed = desk.ask("GET", {"v1", "dead-letters", "kis"});
    REQUIRE(listed.status == 200);
    const auto& letters = listed.body.at("dead_letters");
    REQUIRE(letters.size() == 1);
    CHECK(letters.at(0).at("report") == 1);
    CHECK(letters.at(0).at("reason") == "AR");
    CHECK(letters.at(0).at("attempts") == 3);
    CHECK(letters.at(0).at("device") == "monitor-1");
    CHECK_FALSE(listed.body.dump().find("no such patient") != std::string::npos);
    CHECK(desk.ask("GET", {"v1", "dead-letters", "lis"}).body.at("dead_letters").empty());
    CHECK(desk.ask("GET", {"v1", "dead-letters", "kis"}, {}, {{"most", "x"}}).status == 400);
    const auto records = desk.records(audit::Action::dead_letter_listed);
    REQUIRE(records.size() == 2);
    CHECK(records.front().object == "kis");
    CHECK(records.front().count == 1);
}

TEST_CASE("one dead letter shows the peer's words and leaves a record", "[control_dead_letters]") {
    Refused desk;
    const auto shown = desk.ask("GET", {"v1", "dead-letters", "kis", "1"});
    REQUIRE(shown.status == 200);
    CHECK(shown.body.at("answer") == "no such patient");
    const auto records = desk.records(audit::Action::dead_letter_shown);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");
    CHECK(records.front().subject == desk.vault->subject_of({"4711", "KIS", "MR"})->pseudonym);
    CHECK(desk.ask("GET", {"v1", "dead-letters", "kis", "2"}).message() == "there is no such dead letter");
    CHECK(desk.ask("GET", {"v1", "dead-letters", "kis", "one"}).status == 400);
    CHECK(desk.records(audit::Action::dead_letter_shown).size() == 1);
}

TEST_CASE("a retry puts dead letters back into the queue", "[control_dead_letters]") {
    Refused desk;
    const std::vector<std::string> path = {"v1", "dead-letters", "kis", "retry"};
    for (const char* body : {"", "[]", R"({"report":1})", R"({"reports":1})", R"({"reports":[]})",
                             R"({"reports":["1"]})", R"({"reports":[-1]})"}) {
        CHECK(desk.ask("POST", path, body).status == 400);
    }
    CHECK(desk.store.reader->destination_books()->at("kis").dead == 1);
    const auto retried = desk.ask("POST", path, R"({"reports":[1]})");
    REQUIRE(retried.status == 200);
    CHECK(retried.body.at("retried") == 1);
    CHECK(desk.store.reader->destination_books()->at("kis").dead == 0);
    CHECK(desk.store.reader->destination_books()->at("kis").pending == 1);
    const auto records = desk.records(audit::Action::dead_letter_retried);
    REQUIRE(records.size() == 1);
    CHECK(records.front().actor == "user:1000");
    CHECK(desk.ask("POST", path, "{}").body.at("retried") == 0);
}

}  // namespace edgeward::app
