#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/hl7/mllp_frame.hpp>
#include <edgeward/net/connect.hpp>

namespace edgeward::transport {

// One open connection to an MLLP receiver. Several messages may be in flight on it: they go out in the order
// of the calls, as many together as have gathered, and the receiver answers them in that order. All members
// on the executor of its stream. Shared: what reads and writes keeps it alive.
class MllpConnection : public std::enable_shared_from_this<MllpConnection> {
public:
    using Tls = std::unique_ptr<net::TlsStream>;
    using Plain = boost::asio::ip::tcp::socket;
    struct Limits {
        // From the last octet sent, or the answer before, to the whole answer.
        std::chrono::milliseconds patience{};
        std::size_t max_answer = 0;  // octets
    };

    MllpConnection(std::variant<Tls, Plain> stream, Limits limits);

    // Sends one framed message and waits for its answer. Errors: unavailable (the peer refused our
    // certificate, or the connection ended before the message was begun: it has not read it), ambiguous
    // (everything else). After an error the connection is closed and all that is in flight ends.
    boost::asio::awaitable<Result<std::string>> exchange(std::string_view framed);

    [[nodiscard]] std::size_t in_flight() const noexcept { return waiting_.size(); }
    [[nodiscard]] bool is_open() { return socket().is_open(); }
    // Open and used within `idle_timeout`; with nothing in flight also nothing unread: a peer that closed or
    // speaks out of turn is not.
    [[nodiscard]] bool reusable(std::chrono::milliseconds idle_timeout);
    // With nothing in flight: says goodbye (TLS close_notify) for at most a second, then closes.
    boost::asio::awaitable<void> finish();
    // What is in flight ends as ambiguous.
    void close();

private:
    // An exchange under way; in its coroutine.
    struct Waiting {
        std::string_view framed;
        bool begun = false;  // octets of it may have left
        std::optional<Result<std::string>> answer;
        boost::asio::steady_timer bell;  // cancelled when there is an answer
    };

    [[nodiscard]] Plain& socket();
    void set_out();
    boost::asio::awaitable<void> write_all();
    boost::asio::awaitable<void> read_all();
    // The frames that are next, as one; to be overwritten by who has sent it.
    std::string gather();
    void take(std::string_view octets);
    void tell_unended();
    void answer_first(std::string message);
    void fail(const Error& error);
    void give_time(std::chrono::milliseconds patience);
    void watch();
    void stop_clock();
    void run_out();
    [[nodiscard]] Error lost(const boost::system::error_code& error) const;

    std::variant<Tls, Plain> stream_;
    const Limits limits_;
    MonotonicTime last_use_;
    bool answered_ = false;  // has the peer ever answered on this connection?
    std::deque<Waiting*> waiting_;
    std::size_t begun_ = 0;  // of those waiting
    bool writing_ = false;
    bool reading_ = false;
    hl7::FrameDecoder decoder_;
    std::uint64_t skipped_ = 0;  // octets that were no answer, until the last answer
    // The last answer, whose 0x0D has not come yet. It is told when that has come, or does not come soon: so
    // that it belongs to no other.
    std::optional<std::string> unended_;
    std::array<char, 8192> octets_;
    boost::asio::steady_timer clock_;
    MonotonicTime due_{};   // when the peer's time is up
    bool watched_ = false;  // by the clock
};

}  // namespace edgeward::transport
