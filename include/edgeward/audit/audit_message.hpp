#pragma once

#include <string>

#include <edgeward/audit/record.hpp>

namespace edgeward::audit {

// Who reports: the log of one installation.
struct AuditSource {
    std::string origin;  // "edgeward/<installation id>"
    std::string site;    // AuditEnterpriseSiteID; empty: none
};

// A record as DICOM audit message (PS3.15, A.5; IHE ITI-20): ASCII XML in one line. docs/audit-format.md says
// which action becomes which event. Holds what the record holds and nothing more: a person is the internal
// pseudonym. The canonical octets travel along, so that the receiver's copy can be verified by itself.
std::string audit_message(const Record& record, const AuditSource& source);

}  // namespace edgeward::audit
