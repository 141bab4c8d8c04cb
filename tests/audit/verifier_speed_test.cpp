#include <edgeward/audit/verifier.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>

#include "trail.hpp"

namespace edgeward::audit {

// The figure itself depends on machine and build type; run it in a release build: edgeward_audit_tests
// "[.speed]".
TEST_CASE("a hundred thousand records are verified in a second", "[verifier][.speed]") {
    constexpr std::uint64_t records = 200'000;
    const std::string text = Trail::make(records, 1000).text();
    const auto begin = std::chrono::steady_clock::now();
    const Verdict verdict = verify(text);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    CHECK(verdict.proven == records);
    const double rate = static_cast<double>(records) / taken.count();
    WARN("records per second: " << static_cast<std::uint64_t>(rate));
    CHECK(rate >= 100'000);
}

}  // namespace edgeward::audit
