#include "relay.hpp"

#include <catch2/catch_test_macros.hpp>

#include "relay_scene.hpp"

using namespace edgeward;
using namespace edgeward::ingest;

TEST_CASE("each connection has a token of its own", "[integration][relay]") {
    Scene scene;
    const auto first = scene.relay.open();
    REQUIRE(first);
    scene.relay.close();
    const auto second = scene.relay.open();
    REQUIRE(second);
    REQUIRE(first->token != second->token);
    REQUIRE(first->token.size() == 64);
    Visitor late(second->port);
    late.say(connect_packet(version_5, first->user, first->token));
    REQUIRE(late.answer(1).empty());
}

TEST_CASE("a relay that is interrupted while it connects gives up", "[integration][relay]") {
    asio::io_context io;
    asio::ip::tcp::acceptor silent(io, {asio::ip::address_v4::loopback(), 0});
    MqttSettings settings = settings_for(silent.local_endpoint().port());
    settings.host = "127.0.0.1";
    settings.patience = std::chrono::seconds(60);
    const config::Credentials credentials(certificates());
    const Progress progress;
    Relay relay(settings, credentials, progress, system_random());
    const auto start = std::chrono::steady_clock::now();
    bool failed = false;
    std::thread opening([&] { failed = !relay.open(); });
    const asio::ip::tcp::socket accepted = silent.accept();  // the handshake is under way
    relay.interrupt();
    opening.join();
    REQUIRE(failed);
    REQUIRE_FALSE(relay.open());
    REQUIRE(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}
