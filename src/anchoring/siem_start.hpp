#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "audit_trail.hpp"
#include "siem_position.hpp"

namespace edgeward::anchoring {

// Where to go on in this log.
struct SiemStart {
    SiemPosition position;
    std::string contradiction;  // what is wrong with the log, if it is not the one the position was made in
};

// The position itself while the log has that record. A log that went on from a backup says so: then from the
// record `restored` that is not older than the position. A log that says nothing of it was put back or cut
// off: a contradiction, and everything is sent again. Any error: of reading, or `stopping`.
Result<SiemStart> find_siem_start(const AuditTrail& trail, const SiemPosition& position,
                                  const std::atomic<bool>& stopping);

}  // namespace edgeward::anchoring
