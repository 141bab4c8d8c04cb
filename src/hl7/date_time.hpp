#pragma once

#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::hl7 {

class Message;

// HL7 DTM with zone: 20261123194846.123+0100; without the fraction when it is zero. Years 0 to 9999.
std::string to_dtm(const ZonedTime& time);

// Reads a DTM (HL7 v2.6 chapter 2A.22) of at least the minute: YYYYMMDDHHMM[SS[.S[S[S[S]]]]][+/-ZZZZ].
// Without a zone it is local time of the named one (as parse_local_time), which may be an offset +/-ZZZZ too.
// invalid_input: anything else.
Result<ZonedTime> parse_dtm(std::string_view text, std::string_view zone);
// The zone of a message's times that state none: the one MSH-7 states (HL7 v2.6 chapter 2A, DTM), but the
// named one, which knows of summer time, where both agree and where MSH-7 states none; -0000 is none (IHE PCD
// TF-2 B.1).
std::string zone_of_message(std::string_view msh_7, std::string_view zone);
// The same of a message that was read, unless `zone` was stated for its sender and holds.
std::string zone_of_times(const Message& message, const std::string& zone, bool zone_holds);
// The day of a DTM of any precision as YYYY, YYYY-MM or YYYY-MM-DD; empty when it is none.
std::string day_of_dtm(std::string_view text);

}  // namespace edgeward::hl7
