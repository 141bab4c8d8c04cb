#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

// What a FHIR server's answer to a transaction means for the message.
//
//   status                     verdict
//   2xx, every entry 2xx       accepted
//   2xx, other content         ambiguous: something else than the FHIR server answered (a proxy's page)
//   401                        misconfigured, `unauthorized`: a fresh token may help
//   403                        misconfigured, perhaps for this message only
//   404 405 406 410 415        misconfigured: no FHIR server that takes bundles at this URL
//   3xx                        misconfigured; redirects are never followed
//   408 425 429 5xx            unavailable, with Retry-After
//   409 412                    unavailable for this message only: a race of conditional creates, resend the
//                              same
//   other 4xx                  rejected, this message only
//   an entry with 404 … 415    rejected, this message only
//
// The server's words (OperationOutcome) go to Error::foreign, at most 4096 octets. Pure. Threads: any.
namespace edgeward::fhir {

// An HTTP answer, borrowed.
struct Answer {
    unsigned status = 0;
    std::string_view body;
    std::string_view retry_after;  // header value; empty: none
};

struct Verdict {
    std::optional<Error> error;  // nothing: accepted
    bool message_only = false;
    bool unauthorized = false;
    bool unknown_case = false;  // the receiver knows the patient or the case not yet
    std::chrono::milliseconds retry_after{0};
};

// `entries`: how many resources the request had. A transaction response with another number of entries is
// ambiguous.
Verdict judge(const Answer& answer, std::size_t entries, Instant now);

// The same for the answer to a document (ISiK Basismodul 4.0, "Bericht aus Subsystemen"): any 2xx with a FHIR
// resource or nothing in it takes it, but for an OperationOutcome that tells of an error (ambiguous). 422
// with issue code `processing`: unavailable for this message only, `unknown_case`.
Verdict judge_document(const Answer& answer, Instant now);

// Resources in a bundle of render_bundle.
std::size_t count_entries(std::string_view bundle);

// RFC 9110 §10.2.3: seconds or an HTTP-date (§5.6.7, IMF-fixdate). Nothing when it is neither; at most one
// day.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, Instant now);

}  // namespace edgeward::fhir
