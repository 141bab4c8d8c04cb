#pragma once

#include <array>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "broker.hpp"
#include "mqtt_octets.hpp"
#include "relay.hpp"

namespace edgeward::ingest {

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

}  // namespace edgeward::ingest
