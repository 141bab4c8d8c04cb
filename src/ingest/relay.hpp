#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/ingest/mqtt_source.hpp>

#include "progress.hpp"
#include "relayed_connection.hpp"

namespace edgeward::ingest {

// Owns the thread "ew-relay" and at most one connection to the broker at a time.
// Threads: open and close by one thread; committed by any; wait_until by any.
class Relay {
public:
    // Where our own MQTT client connects to: 127.0.0.1, once, with this login.
    struct Door {
        std::uint16_t port = 0;
        std::string user;
        std::string token;
        std::string marker;  // of stand-ins for what is too large (withheld_size)
    };

    // All referred to outlive the relay.
    Relay(const MqttSettings& settings, const config::Credentials& credentials, const Progress& progress,
          Random& random);
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;
    ~Relay();

    // Connects to the broker by TLS and opens the door. Errors: of net::connect_tls and net::client_context.
    Result<Door> open();
    // Ends the connection, also one being opened by another thread.
    void close();
    // No connection will be opened any more; one being opened is given up, one that stands is not touched.
    void interrupt();
    // More is committed: PUBACKs may go out.
    void committed();

    [[nodiscard]] ConnectionState state() const;
    // Waits until `reached` or the time is up; returns whether it was reached. Also woken by wake().
    bool wait_until(std::chrono::steady_clock::time_point end,
                    const std::function<bool(const ConnectionState&)>& reached);
    void wake();

private:
    boost::asio::awaitable<Result<std::unique_ptr<net::TlsStream>>> connect(
        std::shared_ptr<boost::asio::ssl::context> context);
    Result<Door> open_door(std::unique_ptr<net::TlsStream> broker);

    const MqttSettings& settings_;
    const config::Credentials& credentials_;
    const Progress& progress_;
    Random& random_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    ConnectionState state_;
    std::list<const std::function<bool(const ConnectionState&)>*> waiting_;  // under mutex_
    std::atomic<bool> release_posted_{false};
    std::atomic<bool> interrupted_{false};

    boost::asio::io_context io_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{io_.get_executor()};
    boost::asio::cancellation_signal opening_;       // relay thread
    std::shared_ptr<RelayedConnection> connection_;  // relay thread; shared with its coroutines
    std::thread thread_;
};

}  // namespace edgeward::ingest
