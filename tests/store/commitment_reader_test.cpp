#include <edgeward/store/commitment_log.hpp>

#include <catch2/catch_test_macros.hpp>

#include "commitment_sample.hpp"

namespace edgeward::store {
namespace {

const std::set<std::string> both{"pacs", "archive"};

Settlement committed(std::uint64_t report) {
    return ended(report, DeliveryState::delivered, "committed");
}

// A gateway with two archives and another destination, and one object that is asked about.
struct Scene : Bench {
    explicit Scene(std::vector<std::uint64_t> numbers = {1}) : Bench({"pacs", "archive", "trial"}) {
        for (const auto number : numbers)
            must(record({object_message(number)}));
        REQUIRE(take(*this, asked("2.25.7", numbers)) == CommitmentTaken::taken);
    }
    [[nodiscard]] CommitmentReader::CommitmentLook look(const std::set<std::string>& archives = both,
                                                        std::size_t most = 100) const {
        return reader().look_at_commitment(1, archives, most).value();
    }
    // Of the only object; nothing: it waits.
    [[nodiscard]] std::optional<Kept> verdict(const std::set<std::string>& archives = both) const {
        const auto found = look(archives);
        CHECK(found.waits == found.verdicts.empty());
        CHECK(found.all == !found.waits);
        return found.waits ? std::nullopt : std::optional(found.verdicts.front().second);
    }
};

}  // namespace

TEST_CASE("an object is committed when every archive it was queued for has said so", "[commitment_reader]") {
    Scene scene;
    CHECK_FALSE(scene.verdict());
    REQUIRE(scene.settle("pacs", {committed(1)}));
    CHECK_FALSE(scene.verdict());
    REQUIRE(scene.settle("archive", {parked_until(1, at_second(9000))}));
    CHECK_FALSE(scene.verdict());
    REQUIRE(scene.settle("archive", {committed(1)}));
    CHECK(scene.verdict() == Kept::committed);  // whatever the third one does
}

TEST_CASE("an archive that does not get an object is not waited for", "[commitment_reader]") {
    Scene scene;
    REQUIRE(scene.settle("pacs", {ended(1, DeliveryState::filtered, "policy")}));
    CHECK_FALSE(scene.verdict());
    REQUIRE(scene.settle("archive", {committed(1)}));
    CHECK(scene.verdict() == Kept::committed);
}

TEST_CASE("an object that an archive will never keep has failed", "[commitment_reader]") {
    Scene scene;
    REQUIRE(scene.settle("pacs", {committed(1)}));
    REQUIRE(scene.settle("archive", {ended(1, DeliveryState::dead, "dicom_status_a900")}));
    CHECK(scene.verdict() == Kept::failed);
    REQUIRE(scene.change([](ObservationStore& store) -> Result<void> {
        auto retried = store.retry("archive", {1}, "user:1");
        if (!retried) return failure(retried.error());
        return {};
    }));
    CHECK_FALSE(scene.verdict());
}

TEST_CASE("without an archive that gets it an object has failed", "[commitment_reader]") {
    Scene scene;
    CHECK(scene.verdict({}) == Kept::failed);
    CHECK(scene.verdict({"newer"}) == Kept::failed);
    REQUIRE(scene.settle("pacs", {ended(1, DeliveryState::filtered, "policy")}));
    CHECK(scene.verdict({"pacs"}) == Kept::failed);
}

// It was delivered before the setting was made, on C-STORE alone.
TEST_CASE("what was delivered without commitment is not committed", "[commitment_reader]") {
    Scene scene;
    REQUIRE(scene.settle("pacs", {ended(1)}));
    REQUIRE(scene.settle("trial", {ended(1)}));
    CHECK(scene.verdict({"pacs"}) == Kept::failed);
    REQUIRE(scene.settle("archive", {committed(1)}));
    CHECK(scene.verdict() == Kept::failed);
    // An archive that has committed itself and is not one in force any more has committed itself.
    CHECK(scene.verdict({}) == Kept::committed);
}

TEST_CASE("objects are looked at in order until one waits", "[commitment_reader]") {
    Scene scene({1, 2, 3});
    REQUIRE(scene.settle("pacs", {committed(1), committed(3)}));
    auto look = scene.look({"pacs"});
    CHECK(look.verdicts == CommitmentVerdicts{{0, Kept::committed}});
    CHECK(look.waits);
    CHECK_FALSE(look.all);
    REQUIRE(scene.change(
        [&](ObservationStore& store) { return store.settle_commitment(1, look.verdicts, false); }));
    CHECK(scene.look({"pacs"}).verdicts.empty());
    REQUIRE(scene.settle("pacs", {committed(2)}));
    look = scene.look({"pacs"}, 1);
    CHECK(look.verdicts == CommitmentVerdicts{{1, Kept::committed}});
    CHECK_FALSE(look.all);
    look = scene.look({"pacs"});
    CHECK(look.verdicts == CommitmentVerdicts{{1, Kept::committed}, {2, Kept::committed}});
    CHECK(look.all);
}

TEST_CASE("a delivered report that is retired has been committed", "[commitment_reader]") {
    Scene scene;
    REQUIRE(scene.settle("pacs", {committed(1)}));
    REQUIRE(scene.settle("archive", {committed(1)}));
    REQUIRE(scene.settle("trial", {ended(1)}));
    REQUIRE(scene.change([](ObservationStore& store) -> Result<void> {
        auto retired = store.retire({at_second(9000), at_second(9000), Instant{}, {}}, 0, 100);
        if (!retired) return failure(retired.error());
        return {};
    }));
    CHECK(scene.verdict() == Kept::committed);
    // Asked about later, it is not here any more.
    REQUIRE(take(scene, asked("2.25.8", {1})) == CommitmentTaken::taken);
    CHECK(kept_of(scene, 2).front() == Kept::unknown);
}

}  // namespace edgeward::store
