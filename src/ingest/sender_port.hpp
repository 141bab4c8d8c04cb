#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include <edgeward/core/log.hpp>
#include <edgeward/ingest/mllp_listener.hpp>

#include "deadline.hpp"

namespace edgeward::ingest {

using TlsSocket = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

// Where senders connect that are known by the certificates they show.
struct SenderPortSettings {
    std::string table;       // of the configuration: for errors and names of metrics, edgeward_<table>_…
    std::string words;       // in logs: "the DICOM port"
    std::string thread;      // at most 15 characters
    std::string counted;     // what connections are called in the name of their metric
    std::string count_help;  // and in its help: "DICOM associations of senders"
    std::string address;
    std::uint16_t port = 0;
    bool plain = false;    // without TLS, for the only sender
    std::size_t most = 0;  // connections at once; more are closed
    std::chrono::milliseconds handshake_patience{};
    net::TlsSettings tls{};
    std::vector<MllpSender> senders{};
};

// What a conversation has of its port. All of it is the port's thread's.
struct PortScene {
    boost::asio::io_context& io;
    std::weak_ptr<void> owner;                         // of io
    const bool& open;                                  // false: the port closes, the conversation ends soon
    std::set<boost::asio::ip::tcp::socket*>& reading;  // wait for octets; cut off when the port closes
    log::Trouble& trouble;
};

// A connection whose sender is known.
struct SenderConnection {
    PortScene port;
    boost::asio::ip::tcp::socket& socket;
    TlsSocket* tls = nullptr;  // around that socket; nothing: plain
    Deadline& deadline;
    std::size_t sender = 0;  // place among the senders
};

// Talks until one side ends it; gives the reason, for the metric. The connection outlives it.
using Conversation = std::function<boost::asio::awaitable<std::string_view>(const SenderConnection&)>;

struct OpenPort;

// Accepts senders, as many at once as are allowed, and has each conversation run. One thread of its own; the
// members belong to one other.
class SenderPort {
public:
    // misconfigured: credentials, or the address cannot be listened at. Everything referred to must outlive
    // it.
    static Result<std::unique_ptr<SenderPort>> start(SenderPortSettings settings,
                                                     const config::Credentials& credentials,
                                                     metrics::Registry& metrics, Conversation converse);
    SenderPort(const SenderPort&) = delete;
    SenderPort& operator=(const SenderPort&) = delete;
    ~SenderPort();

    // As MllpListener.
    Result<void> reload_certificates();
    void stop();
    [[nodiscard]] std::uint16_t port() const noexcept { return number_; }
    [[nodiscard]] std::size_t connections() const noexcept;

private:
    SenderPort(std::shared_ptr<OpenPort> port, config::Credentials credentials, std::uint16_t number);
    void watch();

    const std::shared_ptr<OpenPort> port_;  // shared with answers that are still to come
    boost::asio::steady_timer patience_;
    boost::asio::steady_timer tick_;
    const config::Credentials credentials_;
    const std::uint16_t number_;
    std::thread thread_;
};

}  // namespace edgeward::ingest
