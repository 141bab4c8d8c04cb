#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <edgeward/core/result.hpp>

namespace edgeward::net {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

// A verified TLS client connection: resolve, connect, SNI, handshake, name check against `server_name`.
// Errors: unavailable (no answer within `patience`, refused, reset); denied (the peer's certificate does not verify;
// the message gives OpenSSL's reason, e.g. "certificate has expired").
boost::asio::awaitable<Result<std::unique_ptr<TlsStream>>> connect_tls(
    std::shared_ptr<boost::asio::ssl::context> context, std::string host, std::uint16_t port, std::string server_name,
    std::chrono::milliseconds patience);

}  // namespace edgeward::net
