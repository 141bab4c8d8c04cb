#include <edgeward/audit/verifier.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::audit {

TEST_CASE("the exit code tells tampering from unreadable from unsigned", "[verdict]") {
    Verdict verdict;
    verdict.first = 1;
    verdict.linked = verdict.proven = 10;
    CHECK(exit_code(verdict) == 0);
    verdict.linked = 12;
    CHECK(verdict.unsigned_tail() == 2);
    CHECK(exit_code(verdict) == 3);
    verdict.proven = verdict.linked;
    verdict.anchors_lost = 1;
    CHECK(exit_code(verdict) == 4);
    verdict.finding = Finding::fork;
    CHECK(exit_code(verdict) == 1);
    verdict.finding = Finding::malformed;
    CHECK(exit_code(verdict) == 2);
}

TEST_CASE("findings have the words of the attack matrix", "[verdict]") {
    CHECK(name_of(Finding::none) == "none");
    CHECK(name_of(Finding::deletion) == "delete");
    CHECK(name_of(Finding::truncation) == "truncate");
    CHECK(name_of(Finding::rollback) == "rollback");
    CHECK(name_of(Finding::gap) == "gap");
    CHECK(name_of(Finding::malformed) == "malformed");
}

}  // namespace edgeward::audit
