#include "inbound_decoder.hpp"

#include <algorithm>

#include <edgeward/model/bed.hpp>
#include <edgeward/pipeline/reassignment.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/store/held_messages.hpp>
#include <edgeward/store/report_seal.hpp>

#include "channel_values.hpp"

namespace edgeward::pipeline {
namespace {

// When the newest of them was measured.
Instant newest_of(const model::IdentifiedReport& report) {
    Instant newest = report.observations.front().effective.utc;
    for (const auto& observation : report.observations)
        newest = std::max(newest, observation.effective.utc);
    return newest;
}

// One for each element of the message: reports of several persons in an element share its number.
std::vector<std::uint64_t> sequences_of(const std::vector<model::IdentifiedReport>& reports) {
    std::vector<std::uint64_t> numbers;
    for (const auto& report : reports) {
        if (report.sequence && (numbers.empty() || numbers.back() != *report.sequence))
            numbers.push_back(*report.sequence);
    }
    return numbers;
}

// Reasons for quarantine that a person resolves; the word is the error's whole message.
constexpr std::string_view no_association = "no_association";
constexpr std::string_view ambiguous_association = "ambiguous_association";
constexpr std::string_view bad_patient = "bad_patient";  // as the mapping says it

}  // namespace

std::string fixed_bed_of(const device::Device& device) {
    return device.at_bed ? model::bed_name(device.location) : std::string();
}

store::Quarantined quarantine_report(const model::Report& report, const crypto::SealingKey& key) {
    return {std::string(no_association), "taken back: nobody is known to have been there then",
            store::seal_held_topic({}, key), store::seal_held_payload(model::encode_body(report), key)};
}

Result<store::Inbound> InboundDecoder::decode_held(
    const store::QuarantineEntry& entry, ByteView body, const Catalogue& catalogue,
    const std::optional<model::PatientIdentifier>& whose) const {
    model::Report report;
    report.device = entry.device;
    report.received = entry.received;
    if (auto decoded = model::decode_body(body, report); !decoded) return failure(std::move(decoded.error()));
    const device::Device* device = catalogue.devices.find(entry.device);
    const auto subject = whose ? vault_.subject_of(*whose)
                               : subject_by_place(entry.device, model::effective_time(report.observations),
                                                  device == nullptr ? std::string() : fixed_bed_of(*device));
    if (!subject) return failure(subject.error());
    report.by_place = !whose;
    store::Inbound inbound;
    inbound.device = entry.device;
    inbound.received = entry.received;
    store::Stored stored;
    stored.reports.push_back(
        store::seal_report(given_to(std::move(report), subject->pseudonym), *subject->data_key));
    inbound.fate = std::move(stored);
    return inbound;
}

store::Quarantined InboundDecoder::quarantine(const model::RawMessage& message, std::string_view reason,
                                              std::string detail) const {
    return {std::string(reason), std::move(detail), store::seal_held_topic(message.topic, quarantine_key_),
            store::seal_held_payload(message.payload, quarantine_key_), file_of_message(message)};
}

Result<vault::Subject> InboundDecoder::subject_of(const model::IdentifiedReport& report,
                                                  const device::Device& device) const {
    if (report.patient) {
        auto known = vault_.subject_of(*report.patient);
        if (!known && known.error().kind == ErrorKind::invalid_input) {
            return failure(ErrorKind::invalid_input, std::string(bad_patient));
        }
        return known;
    }
    return subject_by_place(device.id, model::effective_time(report.observations), fixed_bed_of(device));
}

Result<vault::Subject> InboundDecoder::subject_by_place(std::string_view device, Instant when,
                                                        std::string_view bed) const {
    auto associated = vault_.subject_at(device, when, bed);
    if (!associated) {
        if (associated.error().kind == ErrorKind::invalid_input) {
            return failure(ErrorKind::invalid_input, std::string(ambiguous_association));
        }
        return failure(std::move(associated.error()));
    }
    if (!*associated) return failure(ErrorKind::invalid_input, std::string(no_association));
    return **std::move(associated);
}

Result<store::SealedReport> InboundDecoder::protect(model::IdentifiedReport&& report,
                                                    const device::Device& device, Instant received,
                                                    std::vector<model::Report>* plain) const {
    const auto sealed = [plain](model::Report&& open, const crypto::SealingKey& key) {
        store::SealedReport made = store::seal_report(open, key);
        if (plain != nullptr) plain->push_back(std::move(open));
        return made;
    };
    if (!report.about_person) {
        auto technical =
            pseudonym::Pseudonymizer::without_person(std::move(report), device.location, received);
        if (!technical) return failure(std::move(technical.error()));
        return sealed(*std::move(technical), technical_key_);
    }
    auto subject = subject_of(report, device);
    if (!subject) return failure(std::move(subject.error()));
    const bool by_place = !report.patient;
    model::Report pseudonymous = pseudonym::Pseudonymizer::pseudonymize(std::move(report), subject->pseudonym,
                                                                        device.location, received);
    pseudonymous.by_place = by_place;
    return sealed(std::move(pseudonymous), *subject->data_key);
}

std::optional<InboundDecoder::Read> InboundDecoder::read_message(const model::RawMessage& message,
                                                                 const Catalogue& catalogue,
                                                                 store::Inbound& inbound) const {
    const device::Device* device = catalogue.devices.speaker(message.topic);
    if (device != nullptr) inbound.device = device->id;
    if (message.withheld > 0) {
        inbound.fate = store::Refused{"oversized"};  // the source has no payload to keep for a replay
        return std::nullopt;
    }
    if (device == nullptr) {
        inbound.fate = quarantine(message, "unknown_device", "the topic's device is not in the registry");
        return std::nullopt;
    }
    if (message.retained) {
        inbound.fate = store::Refused{"retained"};  // a copy the broker kept, not a measurement of now
        return std::nullopt;
    }
    if (message.payload.size() > largest_message_) {
        inbound.fate = store::Refused{"oversized"};
        return std::nullopt;
    }
    const mapping::Mapping* mapping = catalogue.mappings.find(device->mapping);
    if (mapping == nullptr) {
        inbound.fate = quarantine(message, "no_mapping", "the device's mapping is not installed");
        return std::nullopt;
    }
    auto mapped = mapping->apply(message, {device->id, device->associated, catalogue.zone});
    if (!mapped) {
        inbound.fate = quarantine(message, mapped.error().reason, std::move(mapped.error().detail));
        return std::nullopt;
    }
    const auto clock =
        mapped->reports.empty() ? std::nullopt : std::optional(newest_of(mapped->reports.back()));
    return Read{*device, *std::move(mapped), clock};
}

std::optional<InboundDecoder::Read> InboundDecoder::read_any(const model::RawMessage& message,
                                                             const Catalogue& catalogue,
                                                             store::Inbound& inbound) const {
    switch (message.source) {
        case model::Source::mqtt:
            return read_message(message, catalogue, inbound);
        case model::Source::hl7:
            return read_results(message, catalogue, inbound);
        case model::Source::dicom:
            return read_object(message, catalogue, inbound);
    }
    return std::nullopt;
}

Result<store::Inbound> InboundDecoder::decode(const model::RawMessage& message, const Catalogue& catalogue,
                                              const std::optional<model::PatientIdentifier>& whose,
                                              std::vector<model::Report>* plain) const {
    store::Inbound inbound;
    inbound.ticket = message.ticket;
    inbound.received = message.received;

    auto read = read_any(message, catalogue, inbound);
    if (!read) return inbound;
    auto& [device, mapped, clock] = *read;
    inbound.unlisted = mapped.unlisted;
    if (mapped.reports.empty()) {
        inbound.fate = store::Refused{"nothing_measured", std::move(mapped.refused_values)};
        return inbound;
    }
    inbound.sequences = sequences_of(mapped.reports);
    inbound.values = channel_values(mapped.reports);
    inbound.measured = clock;
    for (const auto& report : mapped.reports) {
        if (!report.patient || catalogue.authorities.contains(report.patient->authority)) continue;
        inbound.fate = quarantine(message, "unknown_authority", "the mapping's authority is not configured");
        return inbound;
    }
    store::Stored stored;
    stored.refused_values = std::move(mapped.refused_values);
    for (auto& report : mapped.reports) {
        if (whose && report.about_person && !report.patient) report.patient = whose;
        auto sealed = protect(std::move(report), device, message.received, plain);
        if (!sealed && sealed.error().kind == ErrorKind::invalid_input) {
            inbound.fate =
                quarantine(message, sealed.error().message, "whose measurement it is cannot be told");
            return inbound;
        }
        if (!sealed) return failure(std::move(sealed.error()));
        if (sealed->file) sealed->file = file_of_message(message);
        stored.reports.push_back(*std::move(sealed));
    }
    inbound.fate = std::move(stored);
    return inbound;
}

Result<QuarantinedMessage> open_quarantined(const store::QuarantineEntry& entry,
                                            const crypto::SealingKey& key) {
    auto held = store::open_held(entry, key);
    if (!held) return failure(std::move(held.error()));
    return QuarantinedMessage{std::move(held->topic), std::move(held->payload)};
}

}  // namespace edgeward::pipeline
