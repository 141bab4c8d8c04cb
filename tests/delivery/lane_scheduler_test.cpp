#include "lane_scheduler.hpp"

#include <catch2/catch_test_macros.hpp>

#include "support/shipped_policy.hpp"

using namespace edgeward;
using namespace edgeward::delivery;

namespace {

Prepared report(std::uint64_t number, const std::string& lane, Age age = Age::backlog) {
    policy::DisclosureRequest request;
    request.level = model::IdentityLevel::technical;
    request.about_person = false;
    Prepared made{{}, {}, *support::shipped_policy().decide(request), lane};
    made.row.report = number;
    made.age = age;
    return made;
}

std::vector<std::uint64_t> numbers(const std::vector<Prepared>& reports) {
    std::vector<std::uint64_t> all;
    for (const auto& one : reports)
        all.push_back(one.row.report);
    return all;
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("reports leave in storage order and several of one lane together", "[lane_scheduler]") {
    LaneScheduler scheduler(10);
    for (const std::uint64_t number : {3U, 1U, 2U})
        scheduler.add(report(number, "a"));
    CHECK(numbers(scheduler.next(2)) == Numbers{1, 2});
}

TEST_CASE("a busy lane waits while the others overtake it", "[lane_scheduler]") {
    LaneScheduler scheduler(10);
    scheduler.add(report(1, "a"));
    scheduler.add(report(2, "a"));
    scheduler.add(report(3, "b"));
    CHECK(numbers(scheduler.next(1)) == Numbers{1});
    CHECK(numbers(scheduler.next(5)) == Numbers{3});
    CHECK(scheduler.next(5).empty());
    scheduler.release("a");
    CHECK(numbers(scheduler.next(5)) == Numbers{2});
}

TEST_CASE("a report put back is the first of its lane again", "[lane_scheduler]") {
    LaneScheduler scheduler(10);
    scheduler.add(report(1, "a"));
    scheduler.add(report(2, "a"));
    scheduler.put_back(scheduler.next(1));
    CHECK(scheduler.next(1).empty());  // still busy
    scheduler.release("a");
    CHECK(numbers(scheduler.next(2)) == Numbers{1, 2});
}

TEST_CASE("removing a lane takes its waiting reports and no others", "[lane_scheduler]") {
    LaneScheduler scheduler(10);
    for (std::uint64_t number = 1; number <= 4; ++number)
        scheduler.add(report(number, number % 2 == 0 ? "even" : "odd"));
    CHECK(numbers(scheduler.remove("odd")) == Numbers{1, 3});
    CHECK(numbers(scheduler.next(9)) == Numbers{2, 4});
    CHECK(scheduler.empty());
}

TEST_CASE("room is only given when half the window is free", "[lane_scheduler]") {
    LaneScheduler scheduler(4);
    CHECK(scheduler.room(Age::backlog) == 4);
    for (std::uint64_t number = 1; number <= 3; ++number)
        scheduler.add(report(number, "a"));
    CHECK(scheduler.room(Age::backlog) == 0);
    (void)scheduler.next(1);
    CHECK(scheduler.room(Age::backlog) == 2);
}

TEST_CASE("the lane of a report is its person or else its device", "[lane_scheduler]") {
    store::Delivery row;
    row.device = "pump-1";
    CHECK(lane_of(row) == "device:pump-1");
}

TEST_CASE("fresh reports and the backlog take turns", "[lane_scheduler]") {
    LaneScheduler scheduler(10);
    for (std::uint64_t number = 1; number <= 4; ++number)
        scheduler.add(report(number, "old-" + std::to_string(number)));
    for (std::uint64_t number = 11; number <= 12; ++number)
        scheduler.add(report(number, "new-" + std::to_string(number), Age::fresh));
    CHECK(numbers(scheduler.next(3)) == Numbers{11, 1, 12});
    CHECK(numbers(scheduler.next(9)) == Numbers{2, 3, 4});
}

TEST_CASE("a fresh report stays behind the older ones of its lane", "[lane_scheduler]") {
    LaneScheduler scheduler(10);
    scheduler.add(report(1, "a"));
    scheduler.add(report(2, "a"));
    scheduler.add(report(11, "a", Age::fresh));
    scheduler.add(report(12, "b", Age::fresh));
    CHECK(numbers(scheduler.next(1)) == Numbers{12});
    CHECK(numbers(scheduler.next(9)) == Numbers{1, 2, 11});
}

TEST_CASE("fresh reports have room while the backlog fills the window", "[lane_scheduler]") {
    LaneScheduler scheduler(8);
    for (std::uint64_t number = 1; number <= 8; ++number)
        scheduler.add(report(number, "a"));
    CHECK(scheduler.room(Age::backlog) == 0);
    CHECK(scheduler.room(Age::fresh) == 2);
    scheduler.add(report(11, "b", Age::fresh));
    scheduler.add(report(12, "b", Age::fresh));
    CHECK(scheduler.room(Age::fresh) == 0);
}
