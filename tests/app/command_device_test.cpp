#include <catch2/catch_test_macros.hpp>

#include "installation.hpp"

namespace edgeward::app {

TEST_CASE("devices are listed and shown", "[command_device]") {
    const Installation here;
    CannedDaemon daemon(here);
    const nlohmann::json seen = {{"device", "monitor-1"}, {"received", "2026-11-23T18:00:00.000Z"},
                                 {"missing", 3},          {"duplicates", 1},
                                 {"out_of_order", 2},     {"conditions", {"gap", "stale"}}};
    const nlohmann::json unseen = {
        {"device", "pump-1"}, {"received", nullptr}, {"conditions", nlohmann::json::array()}};
    daemon.answers("GET", "/v1/devices", {{"devices", {seen, unseen}}});
    daemon.answers("GET", "/v1/devices/{device}", seen);
    daemon.start();
    const auto listed = here.run({"device", "list"});
    CHECK(listed.code == exit_success);
    CHECK(
        contains(listed.out, "monitor-1\t2026-11-23T18:00:00.000Z\tmissing 3, duplicates 1, out of order 2"));
    CHECK(contains(listed.out, "gap stale"));
    CHECK(contains(listed.out, "pump-1\tnever seen"));
    CHECK(contains(listed.out, "ok"));
    CHECK(contains(here.run({"device", "show", "monitor-1"}).out, "\"missing\": 3"));
    CHECK(daemon.asked().back().path.back() == "monitor-1");
}

}  // namespace edgeward::app
