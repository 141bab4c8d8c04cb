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
    // `whose`: reports about a person that name none are this person's. `plain` gets the reports of a message
    // that will be stored as they were before they were sealed.
    [[nodiscard]] Result<store::Inbound> decode(
        const model::RawMessage& message, const Catalogue& catalogue,
        const std::optional<model::PatientIdentifier>& whose = std::nullopt,
        std::vector<model::Report>* plain = nullptr) const;

    // The same for a report that was taken back and is held (reassignment.hpp). The inner error
    // (invalid_input) names why it stays held.
    [[nodiscard]] Result<store::Inbound> decode_held(
        const store::QuarantineEntry& entry, ByteView body, const Catalogue& catalogue,
        const std::optional<model::PatientIdentifier>& whose = std::nullopt) const;

private:
    // A message of a registered device on its way to its fate.
    struct Read {
        const device::Device& device;
        mapping::MappedMessage mapped;
        std::optional<Instant> clock;  // what the sender's clock said, where the message tells
    };
    [[nodiscard]] std::optional<Read> read_any(const model::RawMessage& message, const Catalogue& catalogue,
                                               store::Inbound& inbound) const;
    // By topic and mapping; nothing: `inbound` has its fate.
    [[nodiscard]] std::optional<Read> read_message(const model::RawMessage& message,
                                                   const Catalogue& catalogue, store::Inbound& inbound) const;
    // The same of HL7 results.
    [[nodiscard]] std::optional<Read> read_results(const model::RawMessage& message,
                                                   const Catalogue& catalogue, store::Inbound& inbound) const;
    // The same of a DICOM object.
    [[nodiscard]] std::optional<Read> read_object(const model::RawMessage& message,
                                                  const Catalogue& catalogue, store::Inbound& inbound) const;
    [[nodiscard]] store::Quarantined quarantine(const model::RawMessage& message, std::string_view reason,
                                                std::string detail) const;
    [[nodiscard]] Result<store::SealedReport> protect(model::IdentifiedReport&& report,
                                                      const device::Device& device, Instant received,
                                                      std::vector<model::Report>* plain) const;
    [[nodiscard]] Result<vault::Subject> subject_of(const model::IdentifiedReport& report,
                                                    const device::Device& device) const;
    // invalid_input: no_association or ambiguous_association.
    [[nodiscard]] Result<vault::Subject> subject_by_place(std::string_view device, Instant when,
                                                          std::string_view bed) const;

    vault::IdentityVault& vault_;
    const crypto::SealingKey& technical_key_;
    const crypto::SealingKey& quarantine_key_;
    std::size_t largest_message_;
};

// The file of the object that the message tells of, and what its sender finds it by; nothing: of none.
std::optional<store::ObjectFile> file_of_message(const model::RawMessage& message);

// A report that nobody is known to belong to any more: an empty topic, which no message has, and its body.
store::Quarantined quarantine_report(const model::Report& report, const crypto::SealingKey& key);

}  // namespace edgeward::pipeline
