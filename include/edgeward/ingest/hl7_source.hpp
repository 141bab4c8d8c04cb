#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/ingest/mllp_listener.hpp>
#include <edgeward/ingest/observation_source.hpp>

// Results of monitors, point-of-care devices and laboratories by HL7 v2 over MLLP (docs/hl7-input.md).
namespace edgeward::ingest {

// What the answers need to know of the gateway.
struct Hl7SourceFacts {
    std::size_t largest_message = 0;    // octets; what the pipeline takes
    std::function<std::string()> zone;  // gateway.zone, for the time of an answer
};

// A source whose messages are answered when their fate is on disk:
//
//   stored, held in quarantine, of no use (a duplicate, or nothing listed is in it)    AA or CA
//   cannot be read as results (hl7::check_results), or too large                       AE, CE, AR or CR, and
//   why not taken because the gateway stops                                                AR or CR with 207
//
// The same message gets the same answer. status().connected: it listens. start: misconfigured: credentials,
// or the address cannot be listened at. Everything referred to must outlive the source.
std::unique_ptr<ObservationSource> make_hl7_source(MllpListenerSettings settings,
                                                   const config::Credentials& credentials,
                                                   metrics::Registry& registry, const Clock& clock,
                                                   Hl7SourceFacts facts);

}  // namespace edgeward::ingest
