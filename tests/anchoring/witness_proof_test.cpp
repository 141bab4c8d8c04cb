#include "witness_proof.hpp"

#include <catch2/catch_test_macros.hpp>

#include "house.hpp"

namespace edgeward::anchoring {
namespace {

const std::atomic<bool> going_on = false;

audit::MerkleTree tree(const Trail& trail, std::uint64_t size) {
    return tree_at(trail_of(trail), size, {}, going_on).value();
}

}  // namespace

TEST_CASE("the newest checkpoint comes with a proof from what is known", "[witness_proof]") {
    const auto trail = Trail::make(95, 10);
    for (const std::uint64_t known : {1U, 7U, 64U, 90U}) {
        const auto from = tree(trail, known);
        const auto proven = prove_from(trail_of(trail), from, going_on);
        REQUIRE(proven);
        CHECK(proven->size == 95);
        CHECK(proven->note == trail.notes.at(95));
        CHECK(audit::verify_consistency(known, from.root(), 95, proven->tree.root(), proven->proof));
    }
    CHECK(prove_from(trail_of(trail), tree(trail, 95), going_on)->proof.empty());
}

TEST_CASE("a log without a checkpoint as large as what is known proves nothing", "[witness_proof]") {
    const auto trail = Trail::make(30, 10);
    CHECK(prove_from(trail_of(beginning(trail, 25)), tree(trail, 22), going_on)->note.empty());
    CHECK(prove_from(trail_of(beginning(trail, 5)), {}, going_on)->note.empty());
}

TEST_CASE("a tree goes on from a known one and is not made of records that are not there",
          "[witness_proof]") {
    const auto trail = Trail::make(30, 10);
    CHECK(tree_at(trail_of(trail), 30, tree(trail, 12), going_on)->root() == tree(trail, 30).root());
    CHECK(tree_at(trail_of(trail), 12, tree(trail, 30), going_on)->root() == tree(trail, 12).root());
    const auto missing = tree_at(trail_of(trail), 31, {}, going_on);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == ErrorKind::invalid_input);
    const std::atomic<bool> stopping = true;
    CHECK_FALSE(tree_at(trail_of(trail), 30, {}, stopping));
}

}  // namespace edgeward::anchoring
