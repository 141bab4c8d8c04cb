#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>

// What a receiver's answer means for the message it answers (HL7 v2.6 §2.9, IHE PCD TF-2 appendix B.2).
// Pure. Threads: any.
namespace edgeward::hl7 {

// HL7 table 0008.
enum class AcknowledgementCode : std::uint8_t {
    application_accept,  // AA
    application_error,   // AE
    application_reject,  // AR
    commit_accept,       // CA
    commit_error,        // CE
    commit_reject,       // CR
};

std::string_view name_of(AcknowledgementCode code) noexcept;  // "AA", …

struct Acknowledgement {
    AcknowledgementCode code = AcknowledgementCode::application_accept;
    std::string control_id;  // MSA-2: the message it answers
    std::uint32_t error =
        0;  // ERR-3 (table 0357), or ERR-1.4.1 of version 2.4 and before, or MSA-6; 0: not stated
    bool in_header = false;  // ERR-2 (ERR-1 of version 2.4) points at a field of MSH that all messages share
    std::string foreign;     // MSA-3, ERR-3.2, ERR-7, ERR-8: the receiver's words
};

// Tolerates what real receivers send: LF or CRLF segment ends, no time zone, a constant MSH-10, blanks around
// the code, lower case. invalid_input: no MSH, no MSA or no code of table 0008.
Result<Acknowledgement> parse_acknowledgement(std::string_view octets);

// What to do with the message that was answered:
//
//   AA, CA                                      accepted
//   200 to 203 (type, event, processing id,
//     version), or an error in MSH              misconfigured: every message of ours will be refused
//   AE, CE otherwise                            rejected: the same octets will fail again
//   AR, CR with 206 (locked), 207 (internal)    unavailable, this message only
//   AR, CR without an error condition           misconfigured: "for reasons unrelated to its content"
//                                               (§2.9.2), such as a wrong receiving application
//   AR, CR otherwise                            rejected
//   answer for another message, or unreadable   ambiguous
//
// AA is accepted where CA was asked for and the other way round.
struct Verdict {
    bool accepted = false;
    bool message_only = false;  // the trouble is this message's; with misconfigured: perhaps
    Error error;                // when not accepted; `foreign` has the receiver's words
};
Verdict classify(const Result<Acknowledgement>& acknowledgement, std::string_view control_id);

}  // namespace edgeward::hl7
