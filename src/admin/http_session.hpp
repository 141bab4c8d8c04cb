#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <edgeward/admin/page.hpp>

#include "dispatcher.hpp"

namespace edgeward::admin {

using PlainStream = boost::beast::basic_stream<boost::asio::local::stream_protocol>;
using TlsServerStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

inline constexpr std::uint32_t max_header_size = 8192;
inline constexpr std::uint64_t max_control_body = std::uint64_t{1} << 20U;
inline constexpr std::uint64_t max_public_body = std::uint64_t{64} << 10U;

// One connection's facts and limits.
struct Conversation {
    std::shared_ptr<Dispatcher>
        dispatcher;  // shared: sessions may outlast the server object, see AdminServer::stop
    std::shared_ptr<const Pages> pages{};  // shared likewise
    std::chrono::milliseconds request_timeout{};
    std::uint64_t max_body = max_public_body;
    Entrance entrance = Entrance::https;
    std::string address{};
    std::optional<std::uint32_t> peer_uid{};
    std::vector<std::uint32_t> peer_groups{};
    std::string certificate_subject{};
    std::string peer_certificate{};
    std::function<HttpResponse(const HttpResponse&)> refusals{};  // AdminSettings::refusals
};

// Serves one connection until it ends: requests one after the other, in order. Returns when the peer has
// gone, broke a rule, was too slow or asked for the end, or when the stream is closed from outside.
boost::asio::awaitable<void> serve_control(PlainStream& stream, Conversation session);
// The same after a TLS handshake.
boost::asio::awaitable<void> serve_https(TlsServerStream& stream, Conversation session);
// Answers a caller who may not use the socket with 403, whatever it asks.
boost::asio::awaitable<void> turn_away(PlainStream& stream, std::chrono::milliseconds patience);

}  // namespace edgeward::admin
