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
// The name must be a subject alternative name (DNS or IP address) of the certificate; empty: `host`.
// Errors: unavailable (no answer within `patience`, refused, reset); denied (the peer's certificate does not
// verify; the message gives OpenSSL's reason, e.g. "certificate has expired"; or no common version, cipher or
// group). With TLS 1.3 a peer that refuses OUR certificate says so only at the first read: pass that error to
// tls_failure. The system's resolver may outlast `patience`. Threads: the coroutine's executor must be a
// single thread or a strand.
boost::asio::awaitable<Result<std::unique_ptr<TlsStream>>> connect_tls(
    std::shared_ptr<boost::asio::ssl::context> context, std::string host, std::uint16_t port,
    std::string server_name, std::chrono::milliseconds patience);

// What a failed handshake or a broken TLS connection means: denied with OpenSSL's reason, or unavailable.
Error tls_failure(TlsStream& stream, const boost::system::error_code& error);

}  // namespace edgeward::net
