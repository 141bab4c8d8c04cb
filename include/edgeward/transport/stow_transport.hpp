#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/net/tls.hpp>
#include <edgeward/transport/smart_settings.hpp>
#include <edgeward/transport/transport.hpp>

namespace edgeward::transport {

// A DICOMweb server that takes objects by STOW-RS (PS3.18 section 10.5).
struct StowSettings {
    std::string url;  // of its studies service, https://host[:port][/path]: objects go to <url>/studies
    net::TlsSettings tls = net::own_tls();
    std::optional<SmartSettings> smart;
    std::size_t connections = 2;  // 1 to 16; also how many objects may be under way at once
    // Connect and handshake; each piece to be taken; the answer.
    std::chrono::milliseconds response_timeout{60000};
    bool plaintext_loopback = false;  // allow http:// to 127.0.0.1, ::1 or localhost
};
// Reads url, tls, smart, connections, response_timeout and plaintext_loopback of a destination's table.
StowSettings read_stow_settings(config::Section section);

// Posts the object of a message as multipart/related, one per request, in its own transfer syntax, piece by
// piece as it is read; the answer is read as DICOM JSON and judged so (PS3.18 section 10.5.3, table I.2-2):
//
//   the object stands in ReferencedSOPSequence     delivered, with a warning or without
//   it stands in FailedSOPSequence                 as its reason says, like a status of C-STORE
//   2xx and it stands in neither                   ambiguous
//   400, 409, 413 and other 4xx, without a reason  rejected
//   401 and 3xx (no redirect is followed)          misconfigured
//   403 404 405 406 410 415                        misconfigured, perhaps for this object only
//   408 425 429 5xx                                unavailable, with Retry-After
//
// A 401 with SMART fetches one fresh token and tries once more. A connection that fails before the request is
// written is `unavailable`, afterwards `ambiguous`. misconfigured: credentials missing or unreadable, no
// usable URL. `clock` and `random` must outlive it, and it the sends under way (close, then wait for them).
Result<std::unique_ptr<Transport>> open_stow_transport(const StowSettings& settings,
                                                       const config::Credentials& credentials,
                                                       const boost::asio::any_io_executor& executor,
                                                       const Clock& clock, Random& random);

}  // namespace edgeward::transport
