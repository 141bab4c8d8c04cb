#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
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

// A FHIR R4 server that takes transaction bundles at its base URL.
struct FhirSettings {
    std::string url;  // base, https://host[:port][/path]
    net::TlsSettings tls = net::own_tls();
    std::optional<SmartSettings> smart;
    std::size_t connections = 2;  // 1 to 16; also how many messages may be under way at once
    std::chrono::milliseconds response_timeout{30000};  // connect, handshake and answer each
    double rate_limit = 0;                              // requests per second; 0: none
    std::size_t bundle_limit = 50;                      // reports per bundle, 1 to 200
    bool documents = false;           // messages are documents, one report each; set by their form
    std::string prefer = "minimal";   // what the server should send back: "minimal" or "OperationOutcome"
    bool plaintext_loopback = false;  // allow http:// to 127.0.0.1, ::1 or localhost
    std::size_t response_limit = std::size_t{4} << 20U;  // octets of one answer
};

// Reads url, tls, smart, connections, response_timeout, rate_limit, bundle_limit, prefer, plaintext_loopback
// and response_limit of a destination's table.
FhirSettings read_fhir_settings(config::Section section);

// Posts each message to the base URL over HTTP/1.1 with kept-alive TLS connections; the answer is judged by
// fhir::judge. A 401 with SMART fetches one fresh token and tries once more. Tokens live in memory only.
//
// A connection that fails before the request is written is `unavailable`, afterwards `ambiguous`. Messages
// are overwritten in memory once sent.
//
// misconfigured: credentials missing or unreadable, unusable key. `clock` and `random` must outlive it, and
// it the sends under way (close, then wait for them).
Result<std::unique_ptr<Transport>> open_fhir_transport(const FhirSettings& settings,
                                                       const config::Credentials& credentials,
                                                       const boost::asio::any_io_executor& executor,
                                                       const Clock& clock, Random& random);

}  // namespace edgeward::transport
