#include <edgeward/anchoring/witness_desk.hpp>

#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include "house.hpp"
#include "witness_proof.hpp"

namespace edgeward::anchoring {
namespace {

const std::atomic<bool> going_on = false;

// Shows the newest checkpoint of a log with a proof from `known` records.
WitnessReply show(Bench& bench, const Trail& trail, std::uint64_t known) {
    const auto from = tree_at(trail_of(trail), known, {}, going_on).value();
    const auto proven = prove_from(trail_of(trail), from, going_on).value();
    return bench.desk->add_checkpoint(to_text(audit::WitnessRequest{known, proven.proof, proven.note}));
}

}  // namespace

// The statuses of c2sp.org/tlog-witness, add-checkpoint.
TEST_CASE("a log that only grows is cosigned and the witness remembers", "[witness_desk]") {
    Bench bench;
    auto trail = Trail::make(10);
    auto reply = show(bench, trail, 0);
    REQUIRE(reply.status == 200);
    CHECK(audit::add_cosignature(trail.notes.at(10), reply.body, bench.cosigner()));
    trail.extend(25, 10, 1, 0);
    CHECK(show(bench, trail, 10).status == 200);
    CHECK(show(bench, trail, 25).status == 200);  // the same again
    bench.open();
    CHECK(bench.desk->newest(test_origin)->starts_with(trail.notes.at(25)));
    trail.extend(26, 10, 1, 0);
    reply = show(bench, trail, 10);
    CHECK(reply.status == 409);
    CHECK(reply.content_type == "text/x.tlog.size");
    CHECK(reply.body == "25\n");
    CHECK(show(bench, trail, 25).status == 200);
    CHECK(bench.evidence() == 0);
}

TEST_CASE("a log that was put back is refused and both signed notes are kept", "[witness_desk]") {
    Bench bench;
    const auto trail = Trail::make(30);
    REQUIRE(show(bench, trail, 0).status == 200);
    auto back = beginning(trail, 10);
    back.extend(20, 10, 1, 1000);
    CHECK(show(bench, back, 10).status == 409);
    CHECK(bench.evidence() == 1);
    CHECK(show(bench, back, 10).status == 409);
    CHECK(bench.evidence() == 1);
    CHECK(bench.metrics->expose().find("edgeward_witness_refused_total{log=\"" + test_origin + "\"} 2") !=
          std::string::npos);
    // An old checkpoint that is shown once more is no rollback.
    CHECK(show(bench, beginning(trail, 10), 0).status == 409);
    CHECK(bench.evidence() == 1);
    // It grows beyond what was signed: another history.
    back.extend(50, 10, 1, 1000);
    CHECK(show(bench, back, 30).status == 422);
    CHECK(bench.evidence() == 2);
    CHECK(bench.desk->newest(test_origin)->starts_with(trail.notes.at(30)));
}

TEST_CASE("another log of the same size is refused", "[witness_desk]") {
    Bench bench;
    REQUIRE(show(bench, Trail::make(10), 0).status == 200);
    auto other = Trail::make(10);
    other.records[4].event.count = 5;
    other.relink();
    other.resign(1);
    const auto reply = show(bench, other, 10);
    CHECK(reply.status == 409);
    CHECK(reply.body == "fork\n");
    CHECK(bench.evidence() == 1);
}

TEST_CASE("what is no request of no known log or not signed by it is refused", "[witness_desk]") {
    Bench bench;
    CHECK(bench.desk->add_checkpoint("nonsense").status == 400);
    CHECK(show(bench, Trail::make(10, 10, 1, "edgeward/ffffffffffffffffffffffffffffffff"), 0).status == 404);
    CHECK(show(bench, Trail::make(10, 10, 2), 0).status == 403);
    const auto trail = Trail::make(10);
    CHECK(bench.desk->add_checkpoint(to_text(audit::WitnessRequest{11, {}, trail.notes.at(10)})).status ==
          400);
    CHECK(
        bench.desk->add_checkpoint(to_text(audit::WitnessRequest{0, {crypto::Digest{}}, trail.notes.at(10)}))
            .status == 422);
    CHECK(bench.desk->newest(test_origin).error().kind == ErrorKind::unavailable);
    CHECK(bench.desk->newest("other").error().kind == ErrorKind::invalid_input);
    CHECK(bench.desk->accept_restore("other").error().kind == ErrorKind::invalid_input);
}

TEST_CASE("a restore that a person accepts begins anew and what was known stays as evidence",
          "[witness_desk]") {
    Bench bench;
    const auto trail = Trail::make(30);
    REQUIRE(show(bench, trail, 0).status == 200);
    auto back = beginning(trail, 10);
    back.extend(20, 10, 1, 1000);
    REQUIRE(bench.desk->accept_restore(test_origin));
    CHECK(bench.evidence() == 1);
    CHECK(show(bench, back, 0).status == 200);
    bench.open();
    CHECK(bench.desk->newest(test_origin)->starts_with(back.notes.at(20)));
}

TEST_CASE("a memory that was changed is not taken for what was signed", "[witness_desk]") {
    Bench bench;
    REQUIRE(show(bench, Trail::make(30), 0).status == 200);
    for (const auto& file : std::filesystem::directory_iterator(bench.folder.path() / "memory")) {
        if (file.path().extension() != ".checkpoint") continue;
        auto text = support::text_of_file(file.path());
        text.replace(text.find("\n30\n"), 4, "\n10\n");
        std::ofstream(file.path(), std::ios::trunc) << text;
    }
    CHECK_THROWS(bench.open());
}

}  // namespace edgeward::anchoring
