#include "retention_keeper.hpp"

#include <catch2/catch_test_macros.hpp>

#include "store/bench.hpp"

using namespace edgeward;
using namespace edgeward::app;
using namespace edgeward::store;

namespace {

// 250 delivered reports received around at_second(0), kept for a day.
struct House : Bench {
    House() : Bench(std::vector<std::string>{"kis"}) {
        std::vector<Inbound> messages;
        std::vector<Settlement> settlements;
        for (std::uint64_t i = 0; i < 250; ++i) {
            messages.push_back(stored_message(1000 * i, 1, i % 5 == 0 ? 2 : 1));
            settlements.push_back(ended(i + 1));
        }
        must(record(std::move(messages)));
        must(settle("kis", std::move(settlements)));
        limits.clinical = std::chrono::hours(24);
    }
    [[nodiscard]] std::int64_t bodies() const {
        return number("SELECT count(*) FROM report WHERE length(sealed) > 0");
    }
    RetentionSettings limits;
    metrics::Registry metrics;
};

Result<std::vector<model::Pseudonym>> nobody() {
    return std::vector<model::Pseudonym>();
}

}  // namespace

TEST_CASE("what is beyond its time is removed in several commits", "[retention_keeper]") {
    House kept;
    RetentionKeeper keeper(kept.limits, *kept.parts.writer, nobody, kept.clock, kept.metrics);
    CHECK(keeper.pass());
    CHECK(kept.bodies() == 250);
    RetentionKeeper later(kept.limits, *kept.parts.writer, nobody, kept.clock, kept.metrics);
    kept.clock.pass(std::chrono::hours(25));
    CHECK(later.pass());
    CHECK(kept.bodies() == 0);
    CHECK(kept.metrics.expose().find("edgeward_reports_removed_total 250") != std::string::npos);
    CHECK(kept.records().back().event.action == audit::Action::reports_removed);
}

TEST_CASE("a clock that leaps removes nothing for an hour", "[retention_keeper]") {
    class LeapingClock final : public Clock {
    public:
        [[nodiscard]] Instant now() const override { return at_second(0) + passed + leapt; }
        [[nodiscard]] MonotonicTime monotonic() const override {
            return MonotonicTime(std::chrono::hours(1) + passed);
        }
        std::chrono::milliseconds passed{0};
        std::chrono::milliseconds leapt{0};
    } clock;
    House kept;
    RetentionKeeper keeper(kept.limits, *kept.parts.writer, nobody, clock, kept.metrics);
    CHECK(keeper.pass());
    clock.leapt = std::chrono::hours(24 * 400);
    CHECK(keeper.pass());
    CHECK(kept.bodies() == 250);
    clock.leapt = std::chrono::hours(0);  // set right again
    clock.passed += std::chrono::minutes(61);
    CHECK(keeper.pass());
    CHECK(kept.bodies() == 250);
    clock.passed += std::chrono::hours(30);
    CHECK(keeper.pass());
    CHECK(kept.bodies() == 0);
}

TEST_CASE("reports of whom something is kept stay, and all do when that cannot be asked",
          "[retention_keeper]") {
    House kept;
    kept.clock.pass(std::chrono::hours(25));
    RetentionKeeper blind(
        kept.limits, *kept.parts.writer, [] { return failure(ErrorKind::unavailable, "no vault"); },
        kept.clock, kept.metrics);
    CHECK_FALSE(blind.pass());
    CHECK(kept.bodies() == 250);
    RetentionKeeper keeper(
        kept.limits, *kept.parts.writer, [] { return std::vector{person(2)}; }, kept.clock, kept.metrics);
    CHECK(keeper.pass());
    CHECK(kept.bodies() == 50);
}
