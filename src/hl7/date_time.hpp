#pragma once

#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::hl7 {

// HL7 DTM with zone: 20261123194846.123+0100; without the fraction when it is zero. Years 0 to 9999.
std::string to_dtm(const ZonedTime& time);

// Reads a DTM (HL7 v2.6 chapter 2A.22) of at least the minute: YYYYMMDDHHMM[SS[.S[S[S[S]]]]][+/-ZZZZ].
// Without a zone it is local time of the named one (as parse_local_time). invalid_input: anything else.
Result<ZonedTime> parse_dtm(std::string_view text, std::string_view zone);
// The day of a DTM of any precision as YYYY, YYYY-MM or YYYY-MM-DD; empty when it is none.
std::string day_of_dtm(std::string_view text);

}  // namespace edgeward::hl7
