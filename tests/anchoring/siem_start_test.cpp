#include "siem_start.hpp"

#include <catch2/catch_test_macros.hpp>

#include "house.hpp"

namespace edgeward::anchoring {
namespace {

SiemPosition at(const Trail& trail, std::uint64_t sequence) {
    const auto& record = trail.records.at(sequence - 1);
    return {sequence, record.digest, record.time};
}

SiemStart start(const Trail& trail, const SiemPosition& position) {
    const std::atomic<bool> stopping = false;
    return find_siem_start(trail_of(trail), position, stopping).value();
}

// The first `records`, a restore `salt` seconds later, and what came after it.
Trail restored(const Trail& trail, std::uint64_t records, std::uint64_t until, std::int64_t salt) {
    Trail made = beginning(trail, records);
    made.extend(until, 10, 1, salt);
    made.records[records].event.action = audit::Action::restored;
    made.relink();
    made.resign(1);
    return made;
}

}  // namespace

TEST_CASE("a log that has the record goes on behind it", "[siem_start]") {
    const auto trail = Trail::make(30);
    CHECK(start(trail, at(trail, 20)).position == at(trail, 20));
    CHECK(start(trail, {}).position == SiemPosition{});
    CHECK(start(trail, at(trail, 30)).contradiction.empty());
}

TEST_CASE("a log that went on from a backup begins again with the restore", "[siem_start]") {
    const auto trail = Trail::make(30);
    const auto after = restored(trail, 12, 40, 100);
    const auto found = start(after, at(trail, 25));
    CHECK(found.contradiction.empty());
    CHECK(found.position == at(after, 12));
    // A restore that was declared before what the SIEM has explains nothing.
    const auto earlier = restored(trail, 12, 20, -10);
    CHECK_FALSE(start(earlier, at(trail, 25)).contradiction.empty());
}

TEST_CASE("a log that is shorter or another one and says nothing of it is contradicted", "[siem_start]") {
    const auto trail = Trail::make(30);
    auto found = start(beginning(trail, 20), at(trail, 25));
    CHECK(found.contradiction == "the log ends before record 25, which was sent");
    CHECK(found.position == SiemPosition{});
    auto other = beginning(trail, 20);
    other.extend(40, 10, 1, 1000);
    found = start(other, at(trail, 25));
    CHECK(found.contradiction == "record 25 is another one than was sent");
    CHECK(found.position == SiemPosition{});
}

}  // namespace edgeward::anchoring
