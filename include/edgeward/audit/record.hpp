#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/model/pseudonym.hpp>

// What happened, for the auditor. Canonical octets, version 1: docs/audit-format.md, byte for byte.
// Never holds an identity: a person is a pseudonym, everything else is a name from the configuration or a
// digest.
namespace edgeward::audit {

enum class Action : std::uint8_t {
    started = 1,  // the gateway came up; object: version
    stopped,
    batch_stored,  // one commit of inbound messages; details: digest over the rows' digests
    quarantined,   // object: reason
    refused,       // object: reason
    disclosed,     // an identity or a pseudonym was asked for on behalf of a destination
    delivered,     // a batch was acknowledged by a destination
    dead_lettered,
    filtered,  // policy or consent said no; rule names which
    dead_letter_retried,
    quarantine_listed,
    quarantine_shown,
    quarantine_replayed,
    quarantine_expired,
    person_admitted,
    consent_recorded,
    association_changed,
    configuration_loaded,  // details: SHA-256 of the effective configuration
    configuration_refused,
    audit_exported,
    key_used,
    dead_letter_listed,
    dead_letter_shown,
    association_listed,
    books_device,       // one line of a reconciliation report (books_report.hpp)
    books_destination,  // the same for a destination
    books_reconciled,   // closes the report; details: over its lines
    books_differ,       // the books do not balance, or the rows say something else; rule: what
    intake_stopped,     // reading from sources has stopped; object: why
    intake_resumed,
    destination_paused,    // object: its name; rule: the reason
    destination_draining,  // the same; nothing more is queued for it
    destination_resumed,
    reports_replayed,        // object: destination and reports; they are pending again
    device_condition_began,  // object: device; rule: condition (device_watch.hpp); count: of it so far
    device_condition_ended,
    reports_removed,   // their time was over; object: reports; details: over numbers and row digests
    backup_created,    // object: its name; details: SHA-256 of its manifests
    backup_verified,   // object: its name; details as above
    backup_removed,    // retention; object: which
    restored,          // this log goes on from a backup; object: which; details: SHA-256 of its data manifest
    person_erased,     // details: link of the erasure ledger
    egress_unguarded,  // object: destination; rule: detectors that do not look at what goes there
    volume_exceeded,   // object: destination; rule: the budget that was used up
    policy_loaded,     // object: start or reload; details: SHA-256 of the policies; count: of them
    access_denied,     // a user may not; object: the action; rule: the deciding policy
    reassigned,        // a later movement says whose they are; object: taken back or given, reports
    erasure_requested = 67,  // object: request and its number; rule: reason
    erasure_approved,        // object: request; rule: reason of the request
    erasure_rejected,        // object: request; rule: why
    legal_hold_changed,      // object: set or release and the hold's number; rule: reason
    deliveries_erased,       // of a destination: the person was erased; object: reports; details as delivered
    quarantine_erased,       // messages that named an erased person; object: their device and the request
    erasure_certified,       // object: request; details: SHA-256 of the certificate
    erasure_read,            // requests, holds, a certificate or what an erasure would take; object: which
    consent_imported = 75,   // a document; object: "recorded" or "replaced" and its status
    consent_shown,           // what is on record of a person's consents
    recipients_listed,       // who got data of a person; object: purpose; count: of recipients
    person_accessed,         // what is held of a person was given out; object: which part; rule: the reason
    person_rectified = 79,   // object: what was set right, no value of it
    restriction_changed,  // of processing; object: "restrict" or "lift", its number and reach; rule: reason
    restrictions_listed,
    glass_broken,  // allowed by an emergency alone; object: action; rule: deciding policy and reason
    pseudonym_resolved = 85,  // somebody learns whose a pseudonym is; object: destination; rule: reason
    alarm_raised = 90,        // object: id of the alarm; rule: that raised it
    alarm_acknowledged,       // actor: who; object and rule: as above, here and below
    alarm_escalated,          // told to one more stage; object: id and stage
    alarm_ended,              // object: id and why
    alarm_told,               // actor: target; object: id, sequence, step; rule: the permit's
    alarms_listed,            // who looked at what is going on; count: of alarms
    alarm_silenced,           // not escalated for a while; object: id and until when
    signed_in = 97,           // actor: the account; object: by a code, a recovery code or a new second factor
    second_factor_shown,      // again, in a session; object: as above
    sign_in_failed,   // actor: the account, or the gateway for names nobody has; count: since the last record
    sign_in_delayed,  // the account has to wait; count: seconds
    signed_out,       // actor: the account; count: of sessions
    account_changed,  // object: what and the account's name; rule: its roles and ward
    credentials_changed,     // by the account itself; object: which
    accounts_listed,         // count: of accounts
    anchor_lost = 127,       // SIEM or witness (object) has taken nothing for a while; rule: why
    anchor_regained,         // it takes them again; object: which
    log_contradicted,        // somebody knows another history of this log; object: who; rule: what
    device_requested = 105,  // a device wants a certificate and waits; object: number and device
    device_approved,         // object: request, device; rule: class
    device_rejected,         // object: request
    device_enrolled,         // got a certificate; object: device; rule: by what right; details: its SHA-256
    enrolment_refused,       // rule: why; count: of them since the record before
    device_revoked,          // object: device; rule: reason; count: of its certificates
    device_token_made,       // for enrolling once; object: device or class
    capabilities_changed = 113,  // of a FHIR destination; object: which; details: SHA-256 of what it states
    records_queried,             // actor: client; object: what it asked for; count: of resources it was given
    query_refused,          // object: what was asked for; rule: why; count: of them since the record before
    device_password_made,   // an account at the broker instead of a certificate; object: device
    device_password_ended,  // the broker had an account that should not be; object: device
    commitment_requested,   // actor: sender, here and below; object: request; count: of objects
    commitment_reported,    // it was told; object: request, how many of how many are committed
    commitment_unreported,  // it will not be told; object: as above; rule: why
    security_key_registered = 122,  // by its account; object: algorithm; details: SHA-256 of its id, as below
    security_key_removed,           // by its account; object: "security key" and its number
    security_key_copied,            // refused: its counter has not grown; object: as above
};

enum class Outcome : std::uint8_t { success = 0, failure = 1, denied = 2 };

// The word of the export format: the enumerator's name.
std::string_view name_of(Action action) noexcept;
std::string_view name_of(Outcome outcome) noexcept;

// What the caller knows; sequence, time and links are added by the log.
struct Event {
    std::string actor;  // "gateway", "device:<id>", "destination:<name>", "user:<uid>"
    Action action = Action::started;
    std::optional<model::Pseudonym> subject;
    std::string object;  // name, rule or count; at most 255 octets of printable ASCII
    Outcome outcome = Outcome::success;
    std::string rule;          // deciding policy rule, empty when none
    crypto::Digest details{};  // digest over what the record is about; all zero: none
    std::uint64_t count = 1;   // how many things the record stands for
};

// One record of the log as stored and exported.
struct Record {
    std::uint64_t sequence = 0;  // from 1
    Instant time{};
    Event event;
    Bytes octets;  // canonical(time, event), exactly what was hashed
    crypto::Digest previous{};
    crypto::Digest digest{};  // link_digest(previous, sequence, octets)
};

// The octets that are hashed. invalid_input: no actor, a text too long or not printable ASCII, an action or
// outcome without a name.
Result<Bytes> canonical(Instant time, const Event& event);
// The inverse; canonical() of the result gives the same octets. invalid_input: not canonical octets of
// version 1.
Result<std::pair<Instant, Event>> parse_canonical(ByteView octets);

// SHA-256( previous ‖ sequence (8 octets, big-endian) ‖ octets ): the link of the chain.
crypto::Digest link_digest(const crypto::Digest& previous, std::uint64_t sequence, ByteView octets);

}  // namespace edgeward::audit
