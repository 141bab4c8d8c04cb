#include "config_difference.hpp"

#include <catch2/catch_test_macros.hpp>

#include <tuple>

namespace edgeward::app {
namespace {

using Settings = std::vector<config::Setting>;

// Path, value before, value after, whether it needs a restart.
std::vector<std::tuple<std::string, std::string, std::string, bool>> compared(const Settings& before,
                                                                              const Settings& after) {
    std::vector<std::tuple<std::string, std::string, std::string, bool>> rows;
    for (const auto& one : differences(before, after))
        rows.emplace_back(one.path, one.before, one.after, one.needs_restart);
    return rows;
}

using Rows = decltype(compared({}, {}));

Settings destination(int position, const std::string& name, const std::string& port) {
    const std::string at = "destination[" + std::to_string(position) + "]";
    return {{at + ".name", "\"" + name + "\"", ""}, {at + ".hl7.port", port, "e.toml:9:8"}};
}

Settings joined(Settings first, const Settings& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

}  // namespace

TEST_CASE("a changed, a new and a removed setting are told apart", "[config_difference]") {
    const Settings before = {{"mqtt.port", "8883", ""}, {"admin.port", "9443", ""}};
    const Settings after = {{"mqtt.port", "1883", "e.toml:4:8"}, {"backup.time", "\"02:30\"", ""}};
    CHECK(compared(before, after) == Rows{{"mqtt.port", "8883", "1883", true},
                                          {"backup.time", "", "\"02:30\"", true},
                                          {"admin.port", "9443", "", true}});
    CHECK(differences(before, after).front().where == "e.toml:4:8");
    CHECK(differences(before, before).empty());
}

TEST_CASE("entries of a list are compared by their name and not by their place", "[config_difference]") {
    const auto kis = destination(1, "kis", "2575");
    const auto lab = destination(2, "lab", "2576");
    const auto moved = joined(destination(1, "lab", "2576"), destination(2, "kis", "2575"));
    CHECK(compared(joined(kis, lab), moved).empty());
    CHECK(compared(joined(kis, lab), joined(kis, destination(2, "lab", "2600"))) ==
          Rows{{"destination[lab].hl7.port", "2576", "2600", false}});
    CHECK(compared(kis, joined(kis, lab)) == Rows{{"destination[lab].name", "", "\"lab\"", false},
                                                  {"destination[lab].hl7.port", "", "2576", false}});
    CHECK(compared(joined(lab, kis), {}).size() == 4);
    // Devices have an id.
    CHECK(compared({{"device[1].id", "\"m1\"", ""}, {"device[1].ward", "\"ICU\"", ""}},
                   {{"device[1].id", "\"m1\"", ""}, {"device[1].ward", "\"ER\"", ""}}) ==
          Rows{{"device[m1].ward", "\"ICU\"", "\"ER\"", false}});
}

TEST_CASE("devices, authorities, destinations, log level and zone need no restart", "[config_difference]") {
    const Settings running = {
        {"log.level", "\"info\"", ""}, {"gateway.zone", "\"UTC\"", ""}, {"log.format", "\"journal\"", ""}};
    auto next = running;
    next[0].value = "\"debug\"";
    next[1].value = "\"Europe/Berlin\"";
    next = joined(next, joined(destination(1, "kis", "2575"),
                               {{"device[1].id", "\"m1\"", ""}, {"authority[1].name", "\"KIS\"", ""}}));
    CHECK(needs_restart(running, next).empty());
    CHECK(needs_restart(running, running).empty());
    next[2].value = "\"json\"";
    CHECK(needs_restart(running, next) == "log.format");
    CHECK(needs_restart(running, {running[0], running[1]}) == "log.format");
}

TEST_CASE("mapping files are compared by what they hold", "[config_difference]") {
    const auto digest = [](std::string_view text) { return crypto::sha256(bytes_of(text)); };
    const std::vector<MappingFile> before = {
        {"a.toml", digest("1")}, {"b.toml", digest("2")}, {"c.toml", digest("3")}};
    const std::vector<MappingFile> after = {
        {"b.toml", digest("2")}, {"c.toml", digest("4")}, {"d.toml", digest("5")}};
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& one : differences(before, after))
        rows.emplace_back(one.file, one.change);
    CHECK(rows == std::vector<std::pair<std::string, std::string>>{
                      {"a.toml", "removed"}, {"c.toml", "changed"}, {"d.toml", "added"}});
    CHECK(differences(before, before).empty());
}

}  // namespace edgeward::app
