#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/hl7/mllp_frame.hpp>
#include <edgeward/net/connect.hpp>

namespace edgeward::transport {

// One open connection to an MLLP receiver, one message in flight. All members on the executor of its stream.
class MllpConnection {
public:
    using Tls = std::unique_ptr<net::TlsStream>;
    using Plain = boost::asio::ip::tcp::socket;

    explicit MllpConnection(std::variant<Tls, Plain> stream);

    // Sends one framed message and waits for the next framed one. Errors: unavailable (the peer refused our
    // certificate: it has not read the message), ambiguous (everything else once sending has begun). After an
    // error the connection is closed.
    boost::asio::awaitable<Result<std::string>> exchange(std::string_view framed,
                                                         std::chrono::milliseconds patience,
                                                         std::size_t max_answer);

    // Open, used within `idle_timeout` and with nothing unread: a peer that closed or speaks out of turn is
    // not.
    [[nodiscard]] bool reusable(std::chrono::milliseconds idle_timeout);
    // Says goodbye (TLS close_notify) for at most a second, then closes.
    boost::asio::awaitable<void> finish();
    void close();

private:
    [[nodiscard]] Plain& socket();
    boost::asio::awaitable<boost::system::error_code> write(std::string_view octets,
                                                            std::chrono::milliseconds patience);
    // One read. timed_out, and closed, when nothing came until `end`.
    boost::asio::awaitable<tl::expected<std::size_t, boost::system::error_code>> read_some(
        std::vector<char>& octets, MonotonicTime end);
    boost::asio::awaitable<Result<std::string>> read_answer(std::chrono::milliseconds patience,
                                                            std::size_t max_answer);
    // Takes the 0x0D of an answer that has come without it; closes when it does not follow soon.
    boost::asio::awaitable<void> read_end(std::vector<char>& octets, hl7::FrameDecoder& decoder);
    [[nodiscard]] Error lost(const boost::system::error_code& error);

    std::variant<Tls, Plain> stream_;
    MonotonicTime last_use_;
    bool answered_ = false;  // has the peer ever answered on this connection?
};

}  // namespace edgeward::transport
