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

// Where other systems send their HL7 v2 messages: MLLP release 1 over TLS with client certificates. Patient
// administration has one listener, results of devices and laboratories another.
namespace edgeward::ingest {

// Who may send. A certificate names a sender when one of its DNS names, or, without any, its common name is
// one of these; no wildcards.
struct MllpSender {
    std::string name;
    std::vector<std::string> certificate_names;
};

// What a listener is for: its table in the configuration, its words in logs and its thread.
struct MllpUse {
    std::string table;   // "adt": also names its metrics, edgeward_<table>_…
    std::string words;   // "patient administration"
    std::string thread;  // "ew-adt", at most 15 characters
};
const MllpUse& patient_administration_use();
const MllpUse& results_use();

// [adt] or [hl7_in]: the way in. Who sends and how they are read are [[….sender]].
struct MllpListenerSettings {
    MllpUse use = patient_administration_use();
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
// Reads such a table but for what belongs to the reading of messages (pipeline/movement_desk.hpp,
// pipeline/result_sender.hpp). `defaults` has the use and, where it differs, the port.
MllpListenerSettings read_mllp_listener_settings(config::Section section, MllpListenerSettings defaults = {});

// Gives the answer to one message; nothing: no answer is wanted. Called once, from any thread, at once or
// later; when the connection is gone by then, nothing happens.
using MllpReply = std::function<void(std::optional<std::string>)>;
// Takes one message of a sender. What it answers must be committed. It may block: other senders wait
// meanwhile. The connection's next message is handed over when the reply is given.
using MllpHandler = std::function<void(std::string_view sender, std::string_view message, MllpReply reply)>;

// One answer per message, in their order on each connection. One thread, of the use's name.
class MllpListener {
public:
    MllpListener() = default;
    MllpListener(const MllpListener&) = delete;
    MllpListener& operator=(const MllpListener&) = delete;
    virtual ~MllpListener() = default;

    // Certificate, key, CA and CRL are read anew; connections made from then on use them. On error the old
    // ones stay.
    virtual Result<void> reload_certificates() = 0;
    // No more connections or messages; what was taken is answered if the answer comes within two seconds. May
    // be called again.
    virtual void stop() = 0;
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    [[nodiscard]] virtual std::size_t connections() const = 0;
};

// misconfigured: credentials, or the address cannot be listened at. Everything referred to must outlive it.
Result<std::unique_ptr<MllpListener>> start_mllp_listener(const MllpListenerSettings& settings,
                                                          const config::Credentials& credentials,
                                                          metrics::Registry& metrics, MllpHandler handler);

}  // namespace edgeward::ingest
