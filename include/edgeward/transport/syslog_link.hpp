#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/tls.hpp>

namespace edgeward::transport {

struct SyslogEndpoint {
    std::string host;
    std::uint16_t port = 6514;  // IANA syslog-tls
    net::TlsSettings tls = net::own_tls();
    std::chrono::milliseconds patience{10000};  // connecting, each write, each farewell
};

// RFC 5425, 4.3: octet counting, "<length> <message>".
std::string syslog_frame(std::string_view message);

// One connection to a syslog collector (RFC 5425). The collector never answers a message. What can be known
// is that it closed: after finish() it has read everything, because TLS and TCP deliver in order and a closed
// connection with unread octets is reset. One thread or strand.
class SyslogLink {
public:
    // unavailable: no connection; denied: the peer does not verify; misconfigured: credentials.
    static boost::asio::awaitable<Result<std::unique_ptr<SyslogLink>>> open(SyslogEndpoint endpoint,
                                                                            config::Credentials credentials);
    SyslogLink(const SyslogLink&) = delete;
    SyslogLink& operator=(const SyslogLink&) = delete;
    ~SyslogLink();

    // Frames, as they are. unavailable: the connection has ended or takes nothing.
    boost::asio::awaitable<Result<void>> write(std::string frames);
    // Ends the connection in order and waits until the collector has closed it too. unavailable: it was cut
    // off before; what it has read is not known.
    boost::asio::awaitable<Result<void>> finish();
    // Has the collector closed or reset the connection?
    [[nodiscard]] bool ended() const;
    // What waits on it ends with an error.
    void close();

private:
    struct State;
    SyslogLink(std::shared_ptr<State> state, std::chrono::milliseconds patience);
    std::shared_ptr<State> state_;  // shared with the coroutine that watches for the end
    std::chrono::milliseconds patience_;
};

}  // namespace edgeward::transport
