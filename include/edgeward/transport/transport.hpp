#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <edgeward/core/result.hpp>

namespace edgeward::dicom {
class Object;
}

// How bytes reach a destination. A transport knows its protocol's acknowledgement, not what the bytes mean.
namespace edgeward::transport {

// Rendered for one destination; lives in memory only, between rendering and settling.
struct OutboundMessage {
    // HL7 v2 message with CR segment ends, FHIR JSON, or the texts of the objects, which are only inspected.
    std::string body;
    // MSH-10, the bundle's identifier or the first SOP instance UID: the same on every resend.
    std::string identifier;
    // Of a FHIR transaction, which is answered with as many; 0: to be counted.
    std::size_t entries = 0;
    // Of a destination for objects; shared with the send under way.
    std::vector<std::shared_ptr<dicom::Object>> objects = {};
};

// Why a message was not accepted, as far as delivery must know. Kinds:
//   unavailable  not connected, or a temporary refusal: retry the same bytes later
//   ambiguous    sent, no usable answer: the peer may have processed it; resend with the same identifiers
//   rejected     the peer refuses this message for good: dead letter. `error.foreign` has its words
//   misconfigured the peer refuses our messages as such (401, 404 of the URL, unsupported version): stop the
//   destination, alarm
struct Refusal {
    Error error;
    // The trouble is this message's alone (AR 207, 409, 422 …), not the connection's: other persons may go
    // on. With misconfigured: the answer should concern every message, but came for this one; another one
    // tells whether it does.
    bool message_only = false;
    // The peer does not know the person or the case yet: waits for patient administration, not for a better
    // answer.
    bool unknown_case = false;
    // The peer asked to wait that long (Retry-After).
    std::chrono::milliseconds retry_after{0};
};

using Outcome = tl::expected<void, Refusal>;

// One connection (or pool) to one destination. All members run on the executor it was made with
// (ew-delivery); send may be called again before an earlier one has finished only when `concurrency` allows.
class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    // Connects when needed, sends, and waits for the acknowledgement. Never throws.
    virtual boost::asio::awaitable<Outcome> send(OutboundMessage message) = 0;
    // How many sends may be under way at once.
    [[nodiscard]] virtual std::size_t concurrency() const = 0;
    // How many reports one message may hold (FHIR bundle entries, objects committed together); 1 for HL7.
    [[nodiscard]] virtual std::size_t reports_per_message() const = 0;
    // What the peer says of its abilities, as it says it (FHIR: its CapabilityStatement). Empty: the protocol
    // has no such thing. Errors: it does not say.
    virtual boost::asio::awaitable<Result<std::string>> abilities() { co_return std::string(); }
    // Closes connections; sends under way end as unavailable or ambiguous.
    virtual void close() = 0;
};

}  // namespace edgeward::transport
