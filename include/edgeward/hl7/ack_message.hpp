#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/hl7/ack.hpp>
#include <edgeward/hl7/oru_message.hpp>

// Answers of ours to messages that come in (HL7 v2.6 §2.9): which code the sender asks for, and the ACK.
// Pure. Threads: any.
namespace edgeward::hl7 {

// What an answer needs of the message it answers; all texts UTF-8.
struct MessageHeader {
    Designator sending_application;     // MSH-3
    Designator sending_facility;        // MSH-4
    Designator receiving_application;   // MSH-5
    Designator receiving_facility;      // MSH-6
    std::string time;                   // MSH-7, as it stands
    std::string type;                   // MSH-9.1
    std::string trigger;                // MSH-9.2
    std::string control_id;             // MSH-10
    std::string processing_id;          // MSH-11.1
    std::string version;                // MSH-12.1
    std::string accept_condition;       // MSH-15, table 0155: AL NE ER SU
    std::string application_condition;  // MSH-16
};
// Reads the MSH of any message. invalid_input: none with delimiters. Texts beyond 250 octets read as empty.
Result<MessageHeader> read_header(std::string_view octets);

// Why a message is refused. Our own words, never the message's.
struct MessageFault {
    std::uint32_t condition = 0;  // HL7 table 0357
    std::string segment;          // "PID"; empty: the message as a whole
    std::size_t field = 0;        // 0: the segment
    std::size_t component = 0;    // 0: the field
    std::string text;             // "expected …"
    // "PID-3-1: expected …"
    [[nodiscard]] std::string to_string() const;
};
// 200 to 203 (type, event, processing id, version) and 207 (internal): not because of the content, AR and CR;
// all others AE and CE.
bool is_rejection(const MessageFault& fault) noexcept;

// Which code the sender asks for:
//
//   MSH-15 and MSH-16 both empty                 original mode: AA AE AR
//   MSH-15 AL, or ER or SU as it turned out      enhanced mode: CA CE CR
//   MSH-15 NE or empty, MSH-16 AL, ER or SU      AA AE AR: what is committed is also done
//   NE in both                                   AA AE AR all the same: a sender that waits on MLLP would
//                                                else send again for ever, and one that does not reads
//                                                nothing
//
// Nothing: the sender wants no answer to that outcome (ER: only failures, SU: only success).
std::optional<AcknowledgementCode> answer_code(const MessageHeader& to, const MessageFault* fault) noexcept;

// The ACK, CR segment ends, without framing: MSH MSA [ERR]. Sender and receiver change places, ACK^trigger,
// MSA-2 is the message's MSH-10; ERR-2 to ERR-4 and ERR-8 from version 2.5 on, ERR-1 before. The answer to
// ORU^R30 is ACK^R33 with the order's numbers in an ORC, unless it is a failure.
struct AckEnvelope {
    std::string control_id;          // MSH-10 of the answer
    ZonedTime time;                  // MSH-7
    std::string placer_number = {};  // ORC-2 of an ACK^R33
    std::string filler_number = {};  // ORC-3
};
std::string write_acknowledgement(const MessageHeader& to, AcknowledgementCode code,
                                  const MessageFault* fault, const AckEnvelope& envelope);

}  // namespace edgeward::hl7
