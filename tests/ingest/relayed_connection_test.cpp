#include "relayed_connection.hpp"

#include <catch2/catch_test_macros.hpp>

#include "relay_scene.hpp"

using namespace edgeward;
using namespace edgeward::ingest;

TEST_CASE("a stranger at the door of the relay reaches nothing and does not keep our client out",
          "[integration][relayed_connection]") {
    Scene scene;
    const auto door = scene.relay.open();
    REQUIRE(door);
    {
        Visitor guessing(door->port);
        guessing.say(connect_packet(version_5, door->user, std::string(door->token.size(), '0')));
        REQUIRE(guessing.answer(1).empty());
        Visitor silent(door->port);  // says nothing until it is shown out
        Visitor own(door->port);
        own.say(connect_packet(version_5, door->user, door->token));
        const Bytes connack = own.answer(4);
        REQUIRE(connack.size() == 4);
        REQUIRE(connack[0] == 0x20);
        REQUIRE(connack[3] == 0);
        REQUIRE(silent.answer(1).empty());
        // The door is closed behind the one client.
        REQUIRE_FALSE(Visitor(door->port).connected());
    }
    REQUIRE(scene.broker.times_logged("New client connected") == 1);
    REQUIRE(scene.broker.times_logged(door->token) == 0);
    scene.relay.close();
}

TEST_CASE("a client that acknowledges what was not taken over is cut off before the broker hears of it",
          "[integration][relayed_connection]") {
    Scene scene;
    const auto door = scene.relay.open();
    REQUIRE(door);
    Visitor hasty(door->port);
    hasty.say(connect_packet(version_5, door->user, door->token));
    (void)hasty.answer(4);
    hasty.say(joined({{0x82, 15}, {0, 1, 0}, field("devices/#"), {1}}));
    REQUIRE(eventually([&] { return scene.broker.times_logged("Sending SUBACK to edgeward") == 1; }));
    scene.broker.publish(1, 1);
    REQUIRE(eventually([&] { return scene.relay.state().under_way == 1; }));
    hasty.say(puback_packet(1));
    REQUIRE(eventually([&] { return scene.relay.state().end.has_value(); }));
    REQUIRE(scene.relay.state().end->cause == "protocol");
    REQUIRE(scene.broker.times_logged("Received PUBACK") == 0);
}
