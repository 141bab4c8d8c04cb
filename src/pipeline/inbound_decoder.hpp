#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>

namespace edgeward::pipeline {

// Decides what becomes of one message. Knows no thread and no queue.
class InboundDecoder {
public:
    InboundDecoder(vault::IdentityVault& vault, const crypto::SealingKey& technical_key,
                   const crypto::SealingKey& quarantine_key, std::size_t largest_message)
        : vault_(vault),
          technical_key_(technical_key),
          quarantine_key_(quarantine_key),
          largest_message_(largest_message) {}

    // Every message has a fate. An Error means "not now" (vault unavailable, exhausted) or "call a person"
    // (corrupt): the message keeps its place and must be decoded again.
    // `whose`: reports about a person that name none are this person's.
    [[nodiscard]] Result<store::Inbound> decode(
        const model::RawMessage& message, const Catalogue& catalogue,
        const std::optional<model::PatientIdentifier>& whose = std::nullopt) const;

private:
    [[nodiscard]] store::Quarantined quarantine(const model::RawMessage& message, std::string_view reason,
                                                std::string detail) const;
    [[nodiscard]] Result<store::SealedReport> protect(model::IdentifiedReport&& report,
                                                      const device::Device& device, Instant received) const;
    [[nodiscard]] Result<vault::Subject> subject_of(const model::IdentifiedReport& report,
                                                    const device::Device& device) const;

    vault::IdentityVault& vault_;
    const crypto::SealingKey& technical_key_;
    const crypto::SealingKey& quarantine_key_;
    std::size_t largest_message_;
};

}  // namespace edgeward::pipeline
