#include "relay.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>

#include "broker.hpp"
#include "mqtt_octets.hpp"

using namespace edgeward;
using namespace edgeward::ingest;

namespace {

namespace asio = boost::asio;

// A local program that has found the door.
class Visitor {
public:
    explicit Visitor(std::uint16_t port) : socket_(io_) {
        boost::system::error_code error;
        socket_.connect({asio::ip::address_v4::loopback(), port}, error);
        connected_ = !error;
    }
    [[nodiscard]] bool connected() const { return connected_; }
    void say(const Bytes& octets) {
        boost::system::error_code ignored;
        asio::write(socket_, asio::buffer(octets), ignored);
    }
    // The first octets of an answer, or nothing when it was shown out.
    Bytes answer(std::size_t size) {
        Bytes octets(size);
        boost::system::error_code error;
        octets.resize(asio::read(socket_, asio::buffer(octets), error));
        return octets;
    }

private:
    asio::io_context io_;
    asio::ip::tcp::socket socket_;
    bool connected_ = false;
};

struct Scene {
    Broker broker;
    MqttSettings settings = settings_for(broker.port());
    config::Credentials credentials{certificates()};
    Progress progress;
    Relay relay{settings, credentials, progress, system_random()};
};

}  // namespace

TEST_CASE("a stranger at the door of the relay reaches nothing and does not keep our client out",
          "[integration][relay]") {
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

TEST_CASE("a client that acknowledges what was not taken over is cut off before the broker hears of it",
          "[integration][relay]") {
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
