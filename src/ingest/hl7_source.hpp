#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include <edgeward/core/log.hpp>
#include <edgeward/hl7/result_message.hpp>
#include <edgeward/ingest/hl7_source.hpp>

#include "due_answers.hpp"

namespace edgeward::ingest {

// The listener's thread hands messages over; the one that commits gives the answers.
class Hl7Source final : public ObservationSource {
public:
    Hl7Source(MllpListenerSettings settings, config::Credentials credentials, metrics::Registry& registry,
              const Clock& clock, Hl7SourceFacts facts);
    Hl7Source(const Hl7Source&) = delete;
    Hl7Source& operator=(const Hl7Source&) = delete;
    ~Hl7Source() override;

    Result<void> start(MessageHandler on_message) override;
    void tell(std::uint64_t ticket, Fate fate, std::string_view reason) override;
    Result<void> reload_certificates() override;
    void acknowledge_through(std::uint64_t ticket) override;
    void stop() override;
    [[nodiscard]] SourceStatus status() const override;
    [[nodiscard]] std::uint16_t port() const;

private:
    struct Due : DueAnswer {
        std::string sender;
        hl7::MessageHeader header;
        std::string control_id;                  // of the answer
        hl7::OrderNumbers order;                 // of an ORU^R30
        std::optional<hl7::MessageFault> fault;  // why it cannot be read
        MllpReply reply;
    };

    void take(std::string_view sender, std::string_view octets, MllpReply reply);
    void answer(const Due& due, const hl7::MessageFault* fault);
    [[nodiscard]] std::optional<hl7::MessageFault> fault_of(const Due& due) const;
    void count(const std::string& sender, std::string_view outcome);

    const MllpListenerSettings settings_;
    const config::Credentials credentials_;
    metrics::Registry& registry_;
    const Clock& clock_;
    const Hl7SourceFacts facts_;
    DueAnswers<Due> due_;
    MessageHandler on_message_;

    mutable std::mutex mutex_;
    log::Trouble trouble_;
    Instant since_{};
    bool listening_ = false;

    std::unique_ptr<MllpListener> listener_;  // last: its thread uses the rest
};

}  // namespace edgeward::ingest
