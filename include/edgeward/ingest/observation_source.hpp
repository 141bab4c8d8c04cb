#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/report.hpp>

// Where messages of devices come in.
namespace edgeward::ingest {

// What a source is doing, for status pages. Our words only.
struct SourceStatus {
    bool connected = false;
    std::string protocol;            // "MQTT 5", "MQTT 3.1.1"; empty before the first connection
    std::string trouble;             // why it is not connected; empty when it is
    Instant since{};                 // of `connected`
    std::uint64_t received = 0;      // newest ticket handed over
    std::uint64_t acknowledged = 0;  // newest ticket committed
};

// Takes one message over. It may block: the source then stops reading and its peer holds the messages. False:
// the taker is closed; the message is not taken, not acknowledged, and the source hands over nothing more.
using MessageHandler = std::function<bool(model::RawMessage&&)>;

// What became of a message, for sources whose peers hear more than that it is on disk.
enum class Fate : std::uint8_t { stored, held, refused };

// A source that acknowledges to its peer only what is durably committed (design: no acknowledged loss).
//
// Tickets start at 1 and grow by 1 per message taken over, as long as the process lives. A message that was
// not acknowledged before the connection broke comes again, with a ticket of its own and usually marked
// redelivered.
class ObservationSource {
public:
    ObservationSource() = default;
    ObservationSource(const ObservationSource&) = delete;
    ObservationSource& operator=(const ObservationSource&) = delete;
    virtual ~ObservationSource() = default;

    // Begins to connect and to hand over, on one thread of the source's own, one message at a time in the
    // order of their tickets. Returns at once; an unreachable peer is no error here but is retried for ever.
    // misconfigured: it cannot work with these settings and credentials. Call once.
    virtual Result<void> start(MessageHandler on_message) = 0;

    // What became of that message, before acknowledge_through reaches it. `reason`: of a refusal, a fixed
    // word. Threads: any.
    virtual void tell(std::uint64_t /*ticket*/, Fate /*fate*/, std::string_view /*reason*/) {}

    // Certificates, keys and CRLs of those who connect to it are read anew. On error the old ones stay.
    virtual Result<void> reload_certificates() { return {}; }

    // Every message with a ticket up to `ticket` is durably committed, data and audit record: they may be
    // acknowledged. Smaller tickets than before are ignored. Threads: any; does not block.
    virtual void acknowledge_through(std::uint64_t ticket) = 0;

    // Takes no further message, waits a short while for what was handed over to be committed and
    // acknowledged, and disconnects. Returns when no handler runs any more: a handler that blocks for want of
    // room must be released by its owner (closing the queue). May be called again. Not from a handler.
    virtual void stop() = 0;

    // Whether it reads on while messages it handed over are not acknowledged. Otherwise somebody waits for
    // each of them.
    [[nodiscard]] virtual bool reads_ahead() const noexcept { return false; }

    // Threads: any.
    [[nodiscard]] virtual SourceStatus status() const = 0;
};

}  // namespace edgeward::ingest
