#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <edgeward/config/credentials.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/dicom/commitment.hpp>
#include <edgeward/ingest/mllp_listener.hpp>
#include <edgeward/ingest/observation_source.hpp>
#include <edgeward/net/tls.hpp>

// Objects of modalities and workstations by DICOM over TLS: C-STORE and C-ECHO (docs/dicom.md).
namespace edgeward::ingest {

// A sender is known by its certificate, as one of MLLP, and then by the AE titles it may use.
struct DicomSender {
    MllpSender peer;
    std::vector<std::string> ae_titles;
    bool may_ask_for_commitment = false;  // of what it sent; the app knows where the answer goes
};

struct DicomSourceSettings {
    bool enabled = false;
    std::string address = "127.0.0.1";                       // IP address to listen at
    std::uint16_t port = 2762;                               // IANA dicom-tls; 0: any free one (tests)
    std::string ae_title = "EDGEWARD";                       // ours, which senders call
    std::size_t max_associations = 8;                        // at once; more are rejected for now
    std::uint64_t largest_object = std::uint64_t{4} << 30U;  // octets of a data set
    std::chrono::milliseconds idle_timeout{600'000};         // without an octet, the association ends
    std::chrono::milliseconds handshake_patience{10'000};    // for TLS and for the request after it
    net::TlsSettings tls{"ca", "admin-certificate", "admin-key", {}, {}};
    std::vector<DicomSender> senders;
};
// Reads [dicom_in] but for what belongs to the reading of objects (pipeline/object_sender.hpp).
DicomSourceSettings read_dicom_source_settings(config::Section section);

// Takes a provider's report of storage commitment; gives the DIMSE status. The thread of the source.
using CommitmentTaker = std::function<std::uint16_t(dicom::CommitmentReport)>;
// Takes a sender's request for storage commitment; gives the DIMSE status once, from any thread, at once or
// later. May block.
using CommitmentAsked = std::function<void(const std::string& sender, dicom::CommitmentRequest,
                                           std::function<void(std::uint16_t)>)>;
// What comes in beside objects, and who takes it. Without one, its requests are refused.
struct CommitmentTakers {
    CommitmentTaker report;
    CommitmentAsked request;
};

// A source whose objects are answered when their fate is on disk; until then an object is in a sealed file of
// `objects` that nobody owns:
//
//   stored, held in quarantine, a duplicate            0000
//   not what the command says                          A900
//   not a DICOM data set, or too large                 C000
//   no room on the disk, or the gateway stops          A700: the sender tries again
//
// One thread, ew-dicom-in. status().connected: it listens. start: misconfigured: credentials, or the address
// cannot be listened at. Everything referred to must outlive the source.
std::unique_ptr<ObservationSource> make_dicom_source(DicomSourceSettings settings,
                                                     const config::Credentials& credentials,
                                                     metrics::Registry& registry, const Clock& clock,
                                                     std::filesystem::path objects,
                                                     CommitmentTakers commitments = {});

}  // namespace edgeward::ingest
