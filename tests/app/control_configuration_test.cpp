#include <catch2/catch_test_macros.hpp>

#include "desk.hpp"

namespace edgeward::app {

TEST_CASE("the configuration in force is shown with its places and the digests of mappings",
          "[control_configuration]") {
    Desk desk;
    desk.in_force = {{"mqtt.port", "8883", "edgeward.toml:4:1"}, {"log.level", "\"info\"", ""}};
    desk.mappings = {{"acme.toml", crypto::sha256(bytes_of(std::string_view("abc")))}};
    const auto shown = desk.ask("GET", {"v1", "configuration"});
    REQUIRE(shown.status == 200);
    const nlohmann::json expected = {
        {"settings",
         {{{"setting", "mqtt.port"}, {"value", "8883"}, {"from", "edgeward.toml:4:1"}},
          {{"setting", "log.level"}, {"value", "\"info\""}, {"from", ""}}}},
        // FIPS 180-2, appendix B.1
        {"mappings",
         {{{"file", "acme.toml"},
           {"sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}}}};
    CHECK(shown.body == expected);
}

TEST_CASE("a reload says whether the new configuration was taken over", "[control_desk]") {
    Desk desk;
    CHECK(desk.ask("POST", {"v1", "reload"}).body.at("reloaded") == true);
    desk.reload = failure(ErrorKind::invalid_input, "edgeward.toml:1:1: wrong");
    const auto refused = desk.ask("POST", {"v1", "reload"});
    CHECK(refused.status == 400);
    CHECK(refused.message() == "edgeward.toml:1:1: wrong");
}

}  // namespace edgeward::app
