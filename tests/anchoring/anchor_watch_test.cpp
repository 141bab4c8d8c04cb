#include "anchor_watch.hpp"

#include <catch2/catch_test_macros.hpp>

#include "house.hpp"

namespace edgeward::anchoring {
namespace {

struct Scene {
    House house;
    HandClock clock;
    AnchorWatch watch{"siem", std::chrono::seconds(60), {*house.store.writer, clock, house.metrics}};
    bool recorded(const std::string& line, std::size_t times = 1) {
        return support::eventually([&] { return house.count(line) == times; });
    }
    bool shows(const std::string& line) { return house.metrics.expose().find(line) != std::string::npos; }
};

const Error away{ErrorKind::unavailable, "connect: refused"};

}  // namespace

TEST_CASE("an anchor that is away is said at once and recorded when it lasts", "[anchor_watch]") {
    Scene scene;
    scene.watch.well();
    CHECK(scene.watch.health().well);
    scene.watch.trouble(away);
    CHECK_FALSE(scene.watch.health().well);
    CHECK(scene.watch.health().trouble == "connect: refused");
    CHECK(scene.shows("edgeward_anchor_well{anchor=\"siem\"} 0"));
    CHECK(scene.house.recorded().empty());
    scene.clock.passed = std::chrono::seconds(61);
    scene.watch.trouble(away);
    scene.watch.trouble(away);
    CHECK(scene.recorded("anchor_lost siem connect: refused"));
    scene.watch.well();
    CHECK(scene.recorded("anchor_regained siem "));
    CHECK(scene.watch.health().well);
    CHECK(scene.house.count("anchor_lost siem connect: refused") == 1);
}

TEST_CASE("a contradiction is recorded once and stays whatever else is well", "[anchor_watch]") {
    Scene scene;
    scene.watch.contradicted("the log ends before record 5");
    scene.watch.contradicted("the log ends before record 6");
    scene.watch.well();
    CHECK(scene.watch.health().trouble == "the log ends before record 6");
    CHECK(scene.shows("edgeward_anchor_contradicted{anchor=\"siem\"} 1"));
    CHECK(scene.recorded("log_contradicted siem the log ends before record 5"));
    scene.watch.contradiction_over();
    CHECK(scene.watch.health().well);
    CHECK(scene.shows("edgeward_anchor_contradicted{anchor=\"siem\"} 0"));
    CHECK(scene.house.recorded().size() == 1);
}

TEST_CASE("a reason that does not fit a record is made to", "[anchor_watch]") {
    Scene scene;
    scene.watch.contradicted(std::string(300, 'x') + "\n");
    CHECK(scene.recorded("log_contradicted siem " + std::string(255, 'x')));
}

}  // namespace edgeward::anchoring
