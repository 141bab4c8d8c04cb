#include "command_patient.hpp"

#include <CLI/CLI.hpp>
#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/time.hpp>

namespace edgeward::app {

TEST_CASE("a patient is named by identifier and authority and by nothing less", "[command_patient]") {
    CLI::App app;
    ChosenPatient chosen;
    add_patient_options(app, chosen);
    CHECK_THROWS_AS(app.parse("--patient 4711"), CLI::RequiredError);
    app.parse("--patient 4711 --authority KIS");
    CHECK(chosen.body() == nlohmann::json{{"value", "4711"}, {"authority", "KIS"}});
}

TEST_CASE("a time that is not chosen is now", "[command_patient]") {
    CHECK(time_or_now("2026-01-01T00:00:00Z") == "2026-01-01T00:00:00Z");
    const auto before = system_clock().now();
    CHECK(parse_rfc3339(time_or_now(""))->utc >= before);
}

}  // namespace edgeward::app
