#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/tls.hpp>
#include <edgeward/transport/transport.hpp>

namespace edgeward::transport {

// How to reach an HL7 v2 receiver. Mutual TLS as IHE ITI-19 ("MLLPS"); peers are always verified.
struct MllpSettings {
    std::string host;
    std::uint16_t port = 2575;
    net::TlsSettings tls = net::own_tls();
    // Without TLS, only to 127.0.0.0/8, ::1 or localhost: for a tunnel that ends on this machine.
    bool plaintext_loopback = false;
    std::size_t connections = 1;  // 1 to 16
    // 1 to 64 on each connection. More than 1 is for a receiver that reads on while it works and answers in
    // the order of the messages; MLLP itself has one.
    std::size_t in_flight = 1;
    std::chrono::milliseconds connect_timeout{10000};  // resolve, connect and handshake
    std::chrono::milliseconds response_timeout{
        30000};  // from the last octet sent, or the acknowledgement before, to the whole acknowledgement
    bool keep_open = true;                          // false: one connection per message
    std::chrono::milliseconds idle_timeout{60000};  // a connection idle for longer is renewed before use
    double rate_limit = 0;                          // messages per second over all connections; 0: no limit
    std::size_t max_message_size = std::size_t{1} << 20U;  // octets, of messages and of acknowledgements
};
MllpSettings read_mllp_settings(config::Section section);

// Frames messages with MLLP and judges the acknowledgement by hl7::classify:
//
//   not connected, handshake failed, our or the peer's certificate refused   unavailable; nothing was sent
//   sent, then silence until response_timeout, a closed or failing connection,
//   an answer that cannot be read or answers another message                 ambiguous; the connection is
//   closed AA, AE, AR, CA, CE, CR                                                   as hl7/ack.hpp says
//   message too long, or with octets MLLP cannot carry                       rejected
//
// Errors: misconfigured when a credential is missing or unusable, or plaintext is asked for to another
// machine. Credentials are read again on every connect. Destroy it only after every send has ended.
Result<std::unique_ptr<Transport>> open_mllp_transport(const MllpSettings& settings,
                                                       const config::Credentials& credentials,
                                                       const boost::asio::any_io_executor& executor);

}  // namespace edgeward::transport
