#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <edgeward/config/document.hpp>
#include <edgeward/transport/syslog_link.hpp>
#include <edgeward/transport/witness_link.hpp>

// The two parties outside that know how far the audit log was: a SIEM and a witness.
namespace edgeward::anchoring {

// [siem]: every record of the audit log and its checkpoints, by syslog over TLS.
struct SiemSettings {
    bool enabled = false;
    transport::SyslogEndpoint endpoint{};
    std::string site;  // AuditEnterpriseSiteID; empty: none
    std::uint32_t enterprise_number =
        32473;                              // of the structured data; 32473 is the one of examples (RFC 5612)
    std::chrono::milliseconds renew{5000};  // a connection carries records so long, then the next one does
    std::chrono::milliseconds settle{5000};  // what was read counts as kept when the SIEM lived on so long
    std::chrono::milliseconds heartbeat{60000};  // the newest checkpoint is sent at least so often
    std::chrono::milliseconds silence{60000};    // taken nothing for so long: audit record
};
SiemSettings read_siem_settings(config::Section section);

// [witness]: co-signs checkpoints.
struct WitnessSettings {
    bool enabled = false;
    transport::WitnessEndpoint endpoint{};
    std::string name;                            // of its cosignatures
    std::string key;                             // credential: PEM with its public key
    std::chrono::milliseconds interval{2000};    // how often a new checkpoint is looked for
    std::chrono::milliseconds heartbeat{60000};  // the newest one is shown again at least so often
    std::chrono::milliseconds silence{60000};    // no cosignature for so long: audit record
};
WitnessSettings read_witness_settings(config::Section section);

}  // namespace edgeward::anchoring
