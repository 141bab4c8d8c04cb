#pragma once

#include <string>
#include <string_view>

// JSON written by appending text: a DOM costs ten times as much per observation.
namespace edgeward::fhir {

// A JSON string with its quotes. Control characters that FHIR strings may not hold become spaces; octets that
// are not UTF-8 become U+FFFD.
void append_string(std::string& out, std::string_view text);

// {"system":…,"code":…,"display":…}; empty parts are left out.
void append_coding(std::string& out, std::string_view system, std::string_view code,
                   std::string_view display = {});

// A comma, unless `out` ends with an opening bracket or brace.
void separate(std::string& out);

// The value of an `ifNoneExist` search: percent-encoded per RFC 3986 §3.4 after FHIR's own escapes (\ | , $).
void append_search_value(std::string& out, std::string_view text);

// As a value in a query, RFC 3986 §3.4.
void append_percent_encoded(std::string& out, std::string_view text);

// True when there is something to see in it: FHIR forbids empty strings.
bool has_content(std::string_view text);

}  // namespace edgeward::fhir
