#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/net/tls.hpp>

// Where patient administration sends its HL7 v2 messages: MLLP release 1 over TLS with client certificates.
namespace edgeward::ingest {

// Who may send. A certificate names a sender when one of its DNS names, or, without any, its common name is
// one of these; no wildcards.
struct MllpSender {
    std::string name;
    std::vector<std::string> certificate_names;
};

// [adt]: the way in. Who sends and how they are read are [[adt.sender]].
struct MllpListenerSettings {
    bool enabled = false;
    std::string address = "127.0.0.1";  // IP address to listen at
    std::uint16_t port = 2575;          // IANA hl7; 0: any free one (tests)
    // Without TLS: only at a loopback address, for an interface engine on this machine, and one sender.
    bool plain = false;
    std::size_t max_connections = 16;                      // at once; more are closed
    std::size_t largest_message = std::size_t{1} << 20U;   // octets; a longer one ends the connection
    std::chrono::milliseconds idle_timeout{600'000};       // without an octet, the connection is closed
    std::chrono::milliseconds handshake_patience{10'000};  // for TLS
    net::TlsSettings tls{"ca", "admin-certificate", "admin-key", {}, {}};
    std::vector<MllpSender> senders;
};
// Reads the table [adt] but for what belongs to the reading of messages (pipeline/movement_desk.hpp).
MllpListenerSettings read_mllp_listener_settings(config::Section section);

// Takes one message of a sender and gives the answer; nothing: no answer is wanted. What it answers must be
// committed. It may block; other senders wait meanwhile.
using MllpHandler =
    std::function<std::optional<std::string>(std::string_view sender, std::string_view message)>;

// One answer per message, in their order on each connection. One thread, ew-adt.
class MllpListener {
public:
    MllpListener() = default;
    MllpListener(const MllpListener&) = delete;
    MllpListener& operator=(const MllpListener&) = delete;
    virtual ~MllpListener() = default;

    // Certificate, key, CA and CRL are read anew; connections made from then on use them. On error the old
    // ones stay.
    virtual Result<void> reload_certificates() = 0;
    // No more connections or messages; what was taken is answered. May be called again.
    virtual void stop() = 0;
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    [[nodiscard]] virtual std::size_t connections() const = 0;
};

// misconfigured: credentials, or the address cannot be listened at. Everything referred to must outlive it.
Result<std::unique_ptr<MllpListener>> start_mllp_listener(const MllpListenerSettings& settings,
                                                          const config::Credentials& credentials,
                                                          metrics::Registry& metrics, MllpHandler handler);

}  // namespace edgeward::ingest
