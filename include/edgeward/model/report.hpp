#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/object_reference.hpp>
#include <edgeward/model/observation.hpp>
#include <edgeward/model/pseudonym.hpp>

// What travels through the pipeline. The types are the privacy stages:
//
//   RawMessage ─map▸ IdentifiedReport ─pseudonymize▸ Report ─seal▸ (store) ─open▸ Report ─disclose, render▸
//   bytes
//
// Only an IdentifiedReport can carry an identifier of a person, and nothing from layer 3 upwards except the
// vault and the pipeline takes one.
namespace edgeward::model {

enum class Source : std::uint8_t {
    mqtt,
    hl7,    // the topic is topic_of_sender(name)
    dicom,  // the topic is topic_of_modality(name), the payload dicom::encode_arrival
};

// HL7 messages have no topic; what stands for one names the sender. No MQTT topic name holds a '#' (MQTT 5
// section 4.7.1), so that no broker can bring a message that passes for one of these.
std::string topic_of_sender(std::string_view sender);
// Nothing for the topic of a broker.
std::optional<std::string_view> sender_of_topic(std::string_view topic);
// The same for senders of DICOM objects.
std::string topic_of_modality(std::string_view sender);
std::optional<std::string_view> modality_of_topic(std::string_view topic);

// What came in, unread. `ticket` orders messages of one source; acknowledgement follows it.
struct RawMessage {
    Source source = Source::mqtt;
    std::string topic;
    Bytes payload;
    bool retained = false;
    bool redelivered = false;  // MQTT DUP
    Instant received{};
    std::uint64_t ticket = 0;
    std::uint64_t withheld = 0;  // octets of a packet too large for the source to read; no payload then
};

// Where a device stands: PV1-3 point of care, room, bed. Empty parts are unknown.
struct Location {
    std::string ward;
    std::string room;
    std::string bed;
    friend bool operator==(const Location&, const Location&) = default;
};

// What a device calls a part of itself: a term of ISO/IEEE 11073-10101.
struct PartName {
    Part part;
    std::uint32_t mdc = 0;
    std::string refid;
    friend bool operator==(const PartName&, const PartName&) = default;
};

// What one message says of one subject, still with the identifier the message carried, if any.
// Without a patient identifier the device's association decides whose it is; `about_person` is false when
// every observation is technical.
struct IdentifiedReport {
    std::optional<PatientIdentifier> patient;
    bool about_person = true;
    std::string device;                          // id in the device registry
    std::optional<std::uint64_t> sequence;       // the device's own counter
    std::vector<Observation> observations;       // at least one
    std::optional<Location> place = {};          // where the message says the person is; else the device's
    ResultKey order = {};                        // of the order whose results these are; all zero: of none
    std::optional<ObjectReference> object = {};  // what the one observation stands for
    std::vector<PartName> parts = {};            // of the device, those that measured something here
};

// The same without any identity. This is what is encoded, sealed and stored.
struct Report {
    std::optional<Pseudonym> subject;  // nothing: technical, no person
    std::string device;
    Location location;  // of the device when the message came
    Instant received{};
    std::optional<std::uint64_t> sequence;
    std::vector<Observation> observations;
    // Whose it is follows from who was where, not from the message: a later movement may say otherwise.
    bool by_place = false;
    // It takes that report back: its observations are not this person's.
    std::optional<std::uint64_t> takes_back;
    ResultKey order = {};  // reports of one order share it, so that a correction finds what it corrects
    // The DICOM object that its one observation stands for.
    std::optional<ObjectReference> object = {};
    std::vector<PartName> parts = {};  // as in IdentifiedReport
};

// Report body as octets, version 3, 4 with an object, 5 with parts of the device (docs/store-format.md),
// without subject, device and received time, which the store keeps beside it. decode: versions 1 and 2 too;
// corrupt when the octets are not such a body.
Bytes encode_body(const Report& report);
Result<void> decode_body(ByteView body, Report& into);

// When the report was measured: the earliest effective time of its observations.
Instant effective_time(const std::vector<Observation>& observations);

}  // namespace edgeward::model
