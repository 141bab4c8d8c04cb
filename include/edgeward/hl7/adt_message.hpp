#pragma once

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

// Patient administration messages (HL7 v2 chapter 3, ADT) as movements of persons between beds. Tolerant in
// what the message looks like: missing or wrong MSH-9.3, LF ends, no time zones, no assigning authorities, a
// character set that is not the stated one, ZBE movements of IHE PAM as German systems write them. Strict in
// what moves a person: a time to the minute, an identifier of a known authority. Pure. Threads: any.
namespace edgeward::hl7 {

enum class AdtEvent : std::uint8_t {
    admit,                // A01
    transfer,             // A02
    discharge,            // A03
    register_outpatient,  // A04
    pre_admit,            // A05: opens nothing
    change_class,         // A06, A07
    update,               // A08, A28, A31: demographics
    cancel_admit,         // A11
    cancel_transfer,      // A12
    cancel_discharge,     // A13
    merge,                // A34, A40: PID-3 survives, MRG-1 ends
    move_account,         // A44: MRG-3 goes to PID-3
    move_visit,           // A45: MRG-5 goes to PID-3
    change_movement,      // Z99 of IHE PAM: what the ZBE says
    other,                // any other ADT event: means nothing here, and nothing but the event is read
};

// ZBE of IHE PAM (ITI TF-2b 3.30.5.5): the sender's own name of a movement, and what to do with it.
enum class MovementAction : std::uint8_t { insert, update, cancel };
struct MovementMark {
    std::string id;                                  // ZBE-1.1
    MovementAction action = MovementAction::insert;  // ZBE-4; DELETE is read as CANCEL
    std::optional<AdtEvent> original;                // ZBE-6: the event of a movement that is changed
};

// One PID with its PV1 and MRG.
struct AdtGroup {
    model::Identity patient;                       // identifiers of known authorities, in the order of PID-3
    std::string account;                           // PID-18.1
    model::Location place;                         // PV1-3
    std::string other_facility;                    // PV1-3.4, when it is not the reading's
    model::Location prior_place;                   // PV1-6
    std::vector<model::PatientIdentifier> merged;  // MRG-1
    std::string merged_account;                    // MRG-3.1
    std::string merged_visit;                      // MRG-5.1
};

struct AdtMessage {
    AdtEvent event = AdtEvent::other;
    std::string trigger;  // "A01"; as MSH-9.2 says, or EVN-1 where that is empty
    // When it happened: ZBE-2, EVN-6, PV1-44 (admission) or PV1-45 (discharge), EVN-2, MSH-7, the first that
    // is there. Nothing only for events that move nobody.
    std::optional<ZonedTime> occurred;
    std::optional<ZonedTime> recorded;  // EVN-2, else MSH-7
    std::optional<MovementMark> mark;
    std::vector<AdtGroup> groups;  // at least one, but for AdtEvent::other
};

// How a sender is to be read.
struct AdtReading {
    std::string zone = "Europe/Berlin";  // of times that state none
    std::string default_authority;       // of identifiers without CX-4; empty: they are not used
    std::string facility;                // PV1-3.4 of beds that have no facility in their name
    // The known authorities by their configured names; CX-4 is one of them when it has its universal id, or,
    // without one, its namespace id or name.
    std::map<std::string, Designator, std::less<>> authorities;
    // The zone was stated for this sender, and holds where MSH-7 states another one. Else that of MSH-7 is
    // meant throughout the message (HL7 v2.6 chapter 2A, DTM).
    bool zone_holds = false;
};

// Faults by HL7 table 0357: 100 (no PID, no EVN-1), 101, 102, 103, 200 (not ADT), 202 (MSH-11 is not P: a
// test message moves nobody), 203 (not version 2), 207 never.
tl::expected<AdtMessage, MessageFault> read_adt(std::string_view octets, const AdtReading& reading);

}  // namespace edgeward::hl7
