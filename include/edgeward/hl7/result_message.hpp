#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/report.hpp>
#include <tl/expected.hpp>

#include <edgeward/hl7/ack_message.hpp>

// Messages that bring results: ORU^R01 (monitors by IHE PCD-01, laboratories), ORU^R30 (point of care,
// exactly one order), OUL^R22 (by specimen). HL7 v2 chapter 7; docs/hl7-input.md.
//
// Tolerant in what the message looks like: LF ends, a byte order mark, a character set that is not the stated
// one, a missing MSH-9.3, unknown and missing segments, times without a zone. What the rows mean is for a
// mapping of format hl7 to say. Pure. Threads: any.
namespace edgeward::hl7 {

// A CWE or CE up to its alternate: OBX-3, OBX-5, OBX-6, OBX-20.
struct CodeTriple {
    std::string code;
    std::string name;
    std::string system;
};
struct CodedElement {
    CodeTriple first;
    CodeTriple alternate;
};

// An EI that names equipment: OBX-18, PRT-10.
struct EquipmentName {
    std::string entity;      // EI-1
    std::string universal;   // EI-3
    bool of_device = false;  // of the medical device system itself (OBX-4 n.0.0.0), not of a part of it
};

// One OBX below an OBR.
struct ResultRow {
    std::size_t number = 0;            // among all OBX of the message, from 1
    std::string type;                  // OBX-2
    CodedElement code;                 // OBX-3
    std::vector<std::uint32_t> place;  // OBX-4 as numbers; empty when it is anything else
    std::vector<std::string> value;    // OBX-5: components of its first repetition, trailing empty ones cut
    bool repeats = false;              // OBX-5 has more repetitions
    CodedElement unit;                 // OBX-6
    std::string range;                 // OBX-7
    std::vector<std::string> flags;    // OBX-8
    std::string status;                // OBX-11
    // OBX-14, else OBR-7, else SPM-17. Nothing: none of them is there, or the first that is there is no time.
    std::optional<ZonedTime> time;
    bool timeless = false;  // none of them is there
    std::string method;     // OBX-17.1
    CodedElement site;      // OBX-20
};

struct ResultOrder {
    std::string placer;  // OBR-2, else ORC-2
    std::string filler;  // OBR-3, else ORC-3
    // The specimen is no patient's: SPM-11 says anything but P, patient (HL7 table 0369).
    bool control = false;
    std::vector<ResultRow> rows;
};

// What stands below one PID; or before any.
struct ResultGroup {
    std::vector<model::PatientIdentifier> identifiers;  // of known authorities, without visits and accounts
    bool others = false;                                // PID-3 has identifiers, all of unknown authorities
    std::optional<model::Location> place;               // PV1-3, when no part of it has more than 128 octets
    std::vector<ResultOrder> orders;
};

struct ResultMessage {
    std::string trigger;                         // R01, R30, R22
    model::Mode mode = model::Mode::production;  // MSH-11
    std::string sending_universal;               // MSH-3.2
    std::optional<ZonedTime> time;               // MSH-7, by the sender's clock
    std::vector<EquipmentName> equipment;        // in the order of the message
    std::vector<ResultGroup> groups;
    std::size_t outside = 0;  // OBX of persons, visits, specimens and documents: no results
};

// How a sender is to be read.
struct ResultReading {
    std::string zone = "Europe/Berlin";  // of times that state none
    std::string default_authority;       // of identifiers without CX-4; empty: they are not used
    std::map<std::string, Designator, std::less<>> authorities;  // as AdtReading
    bool zone_holds = false;                                     // as AdtReading
};

// Why such a message cannot be taken at all, whoever sends it; nothing: it can be read. Faults by HL7 table
// 0357: 100 (no MSH, no OBR, R30 with more or fewer than one order), 101 (MSH-9, MSH-10), 103 (ORC-1 of R30
// is not NW), 200, 201, 202 (MSH-11 is none of P, D, T), 203 (not version 2).
std::optional<MessageFault> check_results(std::string_view octets);

tl::expected<ResultMessage, MessageFault> read_results(std::string_view octets, const ResultReading& reading);

// The numbers of the order of an ORU^R30, for its answer.
struct OrderNumbers {
    std::string placer;
    std::string filler;
};
OrderNumbers order_numbers_of(std::string_view octets);

}  // namespace edgeward::hl7
