#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

// Non-blocking TLS connections over poll, with as little around them as a load generator can have.
namespace edgeward::load {

// PEM files of one end; the other end is verified against `ca`.
struct TlsFiles {
    std::string ca, certificate, key;
};

// Ends the program with exit code 1: a measurement that cannot be made is no measurement.
[[noreturn]] void give_up(const std::string& reason);

// Nanoseconds of CLOCK_MONOTONIC, which all programs of this machine share.
std::uint64_t monotonic_ns();

using TlsContext = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;
TlsContext client_context(const TlsFiles& files);
TlsContext server_context(const TlsFiles& files);

// Listens on 127.0.0.1 at `port`; 0: one that the system chooses, which is written there.
int listen_on_loopback(std::uint16_t& port);

class TlsPeer {
public:
    // Connects to 127.0.0.1 and shakes hands, blocking; non-blocking afterwards.
    static TlsPeer connect(SSL_CTX* context, std::uint16_t port);
    // Takes the next connection of a listener; shakes hands, blocking.
    static TlsPeer accept(SSL_CTX* context, int listener);

    // Reads what is there to the end of `into`. False when the peer has closed.
    bool read(std::string& into);
    // Writes of `pending_` what the socket takes.
    void flush();
    void add(std::string_view octets) { pending_.append(octets); }
    [[nodiscard]] std::string& pending() { return pending_; }
    [[nodiscard]] bool wants_to_write() const { return !pending_.empty(); }
    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    TlsPeer(int descriptor, SSL_CTX* context, bool server);

    int descriptor_;
    std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
    std::string pending_;
};

}  // namespace edgeward::load
