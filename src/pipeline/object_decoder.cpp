#include <algorithm>

#include <edgeward/crypto/digest.hpp>
#include <edgeward/dicom/arrival.hpp>

#include "inbound_decoder.hpp"

namespace edgeward::pipeline {
namespace {

constexpr std::string_view dicom_uids = "urn:oid:1.2.840.10008.2.6.1";                    // PS3.16 annex A
constexpr std::string_view dicom_codes = "http://dicom.nema.org/resources/ontology/DCM";  // CID 29 modalities

// The same object of the same device always gets the same id, in whatever association it comes; of one whose
// header was changed it is another. As model::ObservationId says, with hour 0 where the object has no time.
model::ObservationId id_of(const dicom::Arrival& arrival, std::string_view device,
                           const std::optional<Instant>& time) {
    const auto digest = crypto::sha256({bytes_of("edgeward-object-1 "), bytes_of(device), bytes_of(" "),
                                        bytes_of(arrival.object.sop_instance), arrival.content});
    const auto millis = static_cast<std::uint64_t>(time.value_or(Instant{}).time_since_epoch().count());
    Bytes octets;
    append_big_endian(octets, millis / 3'600'000U, 4);
    append_big_endian(octets, millis % 3'600'000U, 3);
    model::ObservationId id;
    std::ranges::copy(octets, id.octets.begin());
    std::copy_n(digest.begin(), 9, id.octets.begin() + 7);
    return id;
}

// YYYYMMDD[hhmmss] in the zone; nothing: it says no such time, or one before 1970.
std::optional<ZonedTime> time_of(std::string_view text, std::string_view zone) {
    if (text.size() != 8 && text.size() != 14) return std::nullopt;
    const auto part = [&](std::size_t at, std::size_t count) {
        return text.size() > at ? std::string(text.substr(at, count)) : std::string("00");
    };
    const std::string local = part(0, 4) + '-' + part(4, 2) + '-' + part(6, 2) + 'T' + part(8, 2) + ':' +
                              part(10, 2) + ':' + part(12, 2);
    const auto parsed = parse_local_time(local, zone);
    if (!parsed || parsed->utc < Instant{}) return std::nullopt;
    return *parsed;
}

// By the issuer's name or OID, as the configuration has them; without an issuer, the sender's.
std::string authority_of(const dicom::Arrival& arrival, const ObjectSender& sender,
                         const Catalogue& catalogue) {
    if (arrival.issuer.empty()) return sender.authority;
    for (const auto& [name, designator] : catalogue.designators) {
        if (arrival.issuer == name || arrival.issuer == designator.universal_id) return name;
    }
    return {};
}

}  // namespace

std::optional<store::ObjectFile> file_of_message(const model::RawMessage& message) {
    if (message.source != model::Source::dicom) return std::nullopt;
    const auto arrival = dicom::decode_arrival(message.payload);
    if (!arrival) return std::nullopt;
    const auto sender = model::modality_of_topic(message.topic).value_or(std::string_view());
    return store::ObjectFile{arrival->object.name, arrival->object.octets,
                             store::object_key(sender, arrival->object.sop_instance),
                             arrival->object.sop_class};
}

std::optional<InboundDecoder::Read> InboundDecoder::read_object(const model::RawMessage& message,
                                                                const Catalogue& catalogue,
                                                                store::Inbound& inbound) const {
    const auto name = model::modality_of_topic(message.topic).value_or(std::string_view());
    const auto sender = catalogue.object_senders.find(name);
    const auto* device =
        sender == catalogue.object_senders.end() ? nullptr : catalogue.devices.find(sender->second.device);
    if (device == nullptr) {
        inbound.fate =
            quarantine(message, "unknown_device", "the sender or its device is not configured any more");
        return std::nullopt;
    }
    inbound.device = device->id;
    auto arrival = dicom::decode_arrival(message.payload);
    if (!arrival) {
        inbound.fate = store::Refused{"malformed_message"};
        return std::nullopt;
    }
    const std::string authority = authority_of(*arrival, sender->second, catalogue);
    if (authority.empty() || arrival->patient_id.empty()) {
        inbound.fate = quarantine(message, "unknown_authority", "the patient id or its issuer is not known");
        return std::nullopt;
    }
    const auto time = time_of(arrival->time, catalogue.zone);
    model::Observation observation;
    observation.id = id_of(*arrival, device->id, time ? std::optional(time->utc) : std::nullopt);
    observation.code.local_system = dicom_uids;
    observation.code.local_code = arrival->object.sop_class;
    observation.value = model::CodedValue{std::string(dicom_codes), arrival->modality, arrival->modality};
    observation.effective = time.value_or(ZonedTime{message.received, 0});
    model::IdentifiedReport report;
    report.patient = model::PatientIdentifier{arrival->patient_id, authority};
    report.device = device->id;
    report.observations.push_back(std::move(observation));
    report.object = arrival->object;
    mapping::MappedMessage mapped;
    mapped.reports.push_back(std::move(report));
    return Read{*device, std::move(mapped), std::nullopt};
}

}  // namespace edgeward::pipeline
