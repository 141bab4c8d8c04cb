#include "reassignment_keeper.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/store/report_seal.hpp>

#include "desk.hpp"
#include "held_keeper.hpp"

namespace edgeward::app {
namespace {

const Instant begin = parse_rfc3339("2026-11-23T18:48:00Z")->utc;

Instant at(int second) {
    return begin + std::chrono::seconds(second);
}
// A message of monitor-1 that names nobody.
std::string heart_rate(int second, int value) {
    return R"({"t":")" + to_rfc3339(at(second)) + R"(","hr":)" + std::to_string(value) + "}";
}
std::string with_patient(int second, int value) {
    return R"({"p":"4711","t":")" + to_rfc3339(at(second)) + R"(","hr":)" + std::to_string(value) + "}";
}

struct Moved : Desk {
    Moved() { pipeline.replace(Desk::catalogue("flat")); }
    ReassignmentKeeper keeper{
        {*vault, *store.reader, *store.writer, pipeline, quarantine_key, system_clock(), metrics,
         [this](const std::vector<std::uint64_t>& reports) {
             dropped.insert(dropped.end(), reports.begin(), reports.end());
         },
         [this] { ++held; }, [this](const alarm::TakenBack& taken) { alarms.push_back(taken); }}};
    std::vector<alarm::TakenBack> alarms;
    HeldKeeper held_keeper{{*store.reader, *store.writer, pipeline, metrics, [] {}}};

    void associate(const char* patient, int from, std::optional<int> until) {
        vault::Association association{0, "monitor-1", {patient, "KIS", "PI"}, at(from), std::nullopt};
        if (until) association.until = at(*until);
        REQUIRE(vault->associate(association, "user:1"));
    }
    model::Pseudonym person(const char* patient) {
        return vault->subject_of({patient, "KIS", "PI"})->pseudonym;
    }
    model::Report report(std::uint64_t number) {
        const auto row = store.reader->report(number).value();
        return store::open_report(row, *vault->subject(*row.subject).value()->data_key).value();
    }
    // Whose the reports that stand are, with their values, in order.
    std::string standing() {
        std::string all;
        const auto found =
            store.reader->standing("monitor-1", 0, at(-3600), at(3600), 10'000).value().reports;
        for (const auto& row : found) {
            for (const char* patient : {"A", "B", "C", "4711"}) {
                if (person(patient) == row.subject) all.append(patient);
            }
            const auto opened = report(row.report);
            const auto& value = std::get<model::Quantity>(opened.observations.front().value);
            all.append("=").append(value.value.text()).append(" ");
        }
        return all;
    }
    std::vector<std::uint64_t> dropped;
    int held = 0;
};

}  // namespace

TEST_CASE("what a late movement gives to somebody else is moved", "[reassignment_keeper]") {
    Moved moved;
    moved.associate("A", 0, std::nullopt);
    for (const int second : {1, 5, 9})
        moved.take_in(heart_rate(second, 60 + second));
    REQUIRE(moved.keeper.pass().value() == 0);
    CHECK(moved.standing() == "A=61 A=65 A=69 ");
    // A had left at 4; B was there from then on.
    REQUIRE(moved.vault->end_association("monitor-1", at(4), "user:1"));
    moved.associate("B", 4, std::nullopt);
    CHECK(moved.keeper.pass().value() == 2);
    CHECK(moved.standing() == "A=61 B=65 B=69 ");
    CHECK(moved.dropped == std::vector<std::uint64_t>{2, 3});
    REQUIRE(moved.alarms.size() == 2);
    CHECK(moved.alarms.front().subject == moved.person("A"));
    CHECK(moved.alarms.front().device == "monitor-1");
    CHECK(moved.alarms.front().measured == std::vector<Instant>{at(5)});
    const auto back = moved.report(4);
    CHECK(back.takes_back == 2);
    CHECK(back.subject == moved.person("A"));
    CHECK(moved.report(5).by_place);
    CHECK(moved.records(audit::Action::reassigned).size() == 2);
    CHECK(moved.keeper.pass().value() == 0);
    CHECK(moved.metrics.expose().find("edgeward_reports_reassigned_total 2") != std::string::npos);
}

TEST_CASE("what was nobody's after all is held until somebody is known", "[reassignment_keeper]") {
    Moved moved;
    moved.associate("A", 0, std::nullopt);
    moved.take_in(heart_rate(5, 65));
    REQUIRE(moved.keeper.pass());
    REQUIRE(moved.vault->end_association("monitor-1", at(4), "user:1"));
    CHECK(moved.keeper.pass().value() == 1);
    CHECK(moved.held == 1);
    CHECK(moved.standing().empty());
    REQUIRE(moved.store.reader->quarantine(9)->size() == 1);
    CHECK(moved.held_keeper.pass().value() == 0);
    moved.associate("C", 4, 10);
    CHECK(moved.keeper.pass().value() == 0);
    CHECK(moved.held_keeper.pass().value() == 1);
    CHECK(moved.standing() == "C=65 ");
    // And back to A, by another correction.
    REQUIRE(moved.vault->end_association("monitor-1", at(5), "user:1"));
    CHECK(moved.keeper.pass().value() == 1);
    moved.associate("A", 5, 6);
    CHECK(moved.held_keeper.pass().value() == 1);
    CHECK(moved.standing() == "A=65 ");
}

TEST_CASE("what the message or a person said is not moved", "[reassignment_keeper]") {
    Moved moved;
    moved.associate("A", 0, 10);
    moved.take_in(with_patient(5, 65));
    moved.take_in(heart_rate(50, 66));  // nobody is there
    const auto entry = moved.store.reader->quarantine(9)->front();
    const auto said = moved.pipeline.decode_again(entry, model::PatientIdentifier{"B", "KIS", "PI"});
    REQUIRE(said);
    REQUIRE(moved.store.writer->run(
        [&](store::ObservationStore& store) { return store.resolve_quarantine(entry.id, *said, "user:1"); }));
    moved.associate("C", 40, 60);
    REQUIRE(moved.vault->end_association("monitor-1", at(4), "user:1"));
    CHECK(moved.keeper.pass().value() == 0);
    CHECK(moved.standing() == "4711=65 B=66 ");
}

TEST_CASE("persons who are one are not two", "[reassignment_keeper]") {
    Moved moved;
    moved.associate("A", 0, std::nullopt);
    moved.take_in(heart_rate(5, 65));
    vault::Movement merge;
    merge.kind = vault::MovementKind::merge;
    merge.patient.identifiers = {{"B", "KIS", "PI"}};
    merge.happened = merge.recorded = at(20);
    merge.merged = {{"A", "KIS", "PI"}};
    REQUIRE(moved.vault->move({"KIS", "A34", "once", {merge}}, "sender:kis"));
    REQUIRE(moved.vault->end_association("monitor-1", at(30), "user:1"));
    moved.associate("B", 30, 40);
    CHECK(moved.keeper.pass().value() == 0);
    CHECK(moved.store.reader->standing("monitor-1", 0, at(0), at(60), 100)->reports.size() == 1);
}

TEST_CASE("the keeper goes on where a crash ended it", "[reassignment_keeper]") {
    Moved moved;
    moved.associate("A", 0, std::nullopt);
    for (int second = 1; second < 250; ++second)
        moved.take_in(heart_rate(second, second));
    REQUIRE(moved.vault->end_association("monitor-1", at(100), "user:1"));
    moved.associate("B", 100, std::nullopt);
    moved.keeper.start();
    CHECK(support::eventually([&] { return !moved.vault->unexamined_change().value(); }));
    moved.keeper.stop();
    CHECK(moved.dropped.size() == 150);
    CHECK(moved.keeper.pass().value() == 0);
}

}  // namespace edgeward::app
