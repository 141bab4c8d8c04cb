#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <edgeward/core/result.hpp>
#include <edgeward/net/connect.hpp>

#include "ack_gate.hpp"
#include "outlet.hpp"
#include "progress.hpp"

namespace edgeward::ingest {

// Why a connection ended. `cause` is one of a few fixed words, for metrics.
struct ConnectionEnd {
    std::string cause;
    Error error;
};

// What a connection is doing, as others see it.
struct ConnectionState {
    bool connected = false;  // the broker has accepted us
    bool session_present = false;
    std::uint8_t version = 0;   // of the client's CONNECT; 0: none yet
    std::uint8_t refusal = 0;   // the broker's reason in CONNACK
    std::size_t parked = 0;     // PUBACKs kept back
    std::size_t under_way = 0;  // messages without a PUBACK sent
    std::optional<ConnectionEnd> end;
};

// One connection to the broker and its inner hop to our own client: octets from one to the other through the
// gate. While the client does not read, nothing is read from the broker; only the gate's pings keep the
// session.
//
// Lives on the relay's thread. Shared: its coroutines keep it alive until the last of them has seen the end.
class RelayedConnection : public std::enable_shared_from_this<RelayedConnection> {
public:
    struct Timing {
        std::chrono::milliseconds keepalive;
        std::chrono::milliseconds patience;
    };
    using Observer = std::function<void(const ConnectionState&)>;

    RelayedConnection(std::unique_ptr<net::TlsStream> broker, boost::asio::ip::tcp::acceptor door,
                      AckGate::Settings gate, Timing timing, const Progress& progress);

    // Admits one client through the door and relays until either side ends. `observer` hears of every change.
    void start(Observer observer);
    // More is committed.
    void release();
    void close();

private:
    using Socket = boost::asio::ip::tcp::socket;

    boost::asio::awaitable<void> admit();
    boost::asio::awaitable<bool> admit_one();
    boost::asio::awaitable<void> pump_broker();
    boost::asio::awaitable<void> pump_client();
    boost::asio::awaitable<void> write_broker();
    boost::asio::awaitable<void> write_client();
    boost::asio::awaitable<void> keep_alive();
    void spawn(boost::asio::awaitable<void> (RelayedConnection::*part)());
    void start_pumps();
    bool judge_broker();
    void check_silence();
    AckGate::Progress progress() const;
    void finish(std::string cause, Error error);
    void publish();

    std::unique_ptr<net::TlsStream> broker_;
    boost::asio::ip::tcp::acceptor door_;
    Socket client_;
    AckGate::Settings gate_settings_;
    AckGate gate_;
    Timing timing_;
    const Progress& progress_;
    Observer observer_;
    Outlet<net::TlsStream> to_broker_;
    Outlet<Socket> to_client_;
    boost::asio::steady_timer admission_;
    boost::asio::steady_timer tick_;
    std::chrono::steady_clock::time_point last_ping_;
    std::chrono::steady_clock::time_point asked_;      // the oldest ping without an answer
    std::chrono::steady_clock::time_point last_sign_;  // of life: octets read, or reading taken up again
    bool paused_ = false;                              // the client does not read
    ConnectionState state_;
};

}  // namespace edgeward::ingest
