#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <edgeward/audit/audit_message.hpp>
#include <edgeward/audit/record.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::anchoring {

// Who writes: what stands in every message.
struct SyslogOrigin {
    std::string host;  // this machine's name; empty: unknown
    std::string process;
    std::uint32_t enterprise_number = 0;
    audit::AuditSource source;
};
// Of this process.
SyslogOrigin syslog_origin(std::uint32_t enterprise_number, std::string site);

// RFC 5424, facility 10, MSGID IHE+RFC-3881: the record as DICOM audit message (IHE ITI-20). The structured
// data [edgeward@<number> origin sequence digest] tells duplicates and gaps without reading XML.
std::string syslog_message(const audit::Record& record, const SyslogOrigin& origin);

// MSGID CHECKPOINT: a signed checkpoint, as [edgeward@<number> origin size note], the note in base64.
std::string syslog_checkpoint(std::string_view note, std::uint64_t size, Instant now,
                              const SyslogOrigin& origin);

}  // namespace edgeward::anchoring
