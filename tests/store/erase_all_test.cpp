#include <edgeward/store/erase_all.hpp>

#include <catch2/catch_test_macros.hpp>

#include "bench.hpp"
#include "sound.hpp"

namespace edgeward::store {
namespace {

constexpr std::uint64_t each = 600;  // reports of person 1 and of person 2: more than one transaction erases

struct Full : Bench {
    Full() : Bench({"kis"}) {
        std::vector<Inbound> messages;
        for (std::uint64_t i = 0; i < 2 * each; ++i)
            messages.push_back(stored_message(10 * (i + 1), 1, i % 2 == 0 ? 1 : 2));
        must(record(std::move(messages)));
    }
    Result<void> erase(const std::function<Result<void>()>& before = {}) {
        return erase_all_reports(
            reader(), *parts.writer, [](const model::Pseudonym& one) { return one == person(1); },
            [] { return std::vector{person(1)}; }, "erasure request 1", before);
    }
    [[nodiscard]] std::size_t left_of(std::uint8_t subject) const {
        return reader()
            .reports_of([&](const model::Pseudonym& one) { return one == person(subject); }, 0, 10'000)
            ->reports.size();
    }
};

}  // namespace

TEST_CASE("all reports of a person are erased in several transactions and nobody else's", "[erase_all]") {
    Full bench;
    int transactions = 0;
    REQUIRE(bench.erase([&]() -> Result<void> {
        ++transactions;
        return {};
    }));
    CHECK(transactions == 2);
    CHECK(bench.left_of(1) == 0);
    CHECK(bench.left_of(2) == each);
    CHECK(bench.reader().destination_books()->at("kis").erased == each);
    REQUIRE(bench.erase());  // nothing is left to do
    check_sound(bench);
}

TEST_CASE("an erasure that is told to stop goes on where it ended", "[erase_all]") {
    Full bench;
    int left = 1;
    const auto stopped = bench.erase([&]() -> Result<void> {
        if (left-- > 0) return {};
        return failure(ErrorKind::unavailable, "stop");
    });
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().message == "stop");
    CHECK(bench.left_of(1) == each - 500);
    REQUIRE(bench.erase());
    CHECK(bench.left_of(1) == 0);
    check_sound(bench);
}

TEST_CASE("held messages are erased when there are any", "[erase_all]") {
    Bench bench({"kis"});
    REQUIRE(bench.record({quarantined_message("no_mapping"), quarantined_message("no_mapping")}));
    const auto records = bench.records().size();
    REQUIRE(erase_all_held(*bench.parts.writer, {}, "request 1"));
    CHECK(bench.records().size() == records);
    REQUIRE(erase_all_held(*bench.parts.writer, {1}, "request 1"));
    CHECK(bench.reader().quarantine(9)->size() == 1);
    check_sound(bench);
}

}  // namespace edgeward::store
