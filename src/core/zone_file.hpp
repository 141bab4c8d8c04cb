#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

#include "zone_rule.hpp"

namespace edgeward {

// One zone of the time zone database in TZif form (RFC 8536), versions 1 to 4, without leap seconds. After
// the last transition the footer's rule holds, so dates far ahead are right with "slim" and with "fat" files.
// A value type; no I/O. The C library's own reader cannot be used here: it knows one zone per process.
class ZoneFile {
public:
    // corrupt: not TZif, cut short, counts or indexes out of bounds, or with leap seconds.
    static Result<ZoneFile> parse(ByteView octets);

    // Seconds east of UTC at a time in seconds since 1970.
    [[nodiscard]] int offset_at(std::int64_t utc) const noexcept;
    // The earliest time at which clocks of the zone show `local` (seconds since 1970 as if it were UTC);
    // nothing when the clocks jump over it.
    [[nodiscard]] std::optional<std::int64_t> first_utc_of(std::int64_t local) const noexcept;

private:
    friend class ZoneReader;
    std::vector<std::int64_t> transitions_;  // ascending
    std::vector<int> offsets_after_;         // one per transition
    int first_offset_ = 0;                   // before the first transition
    std::optional<ZoneRule> rule_;           // after the last
    std::vector<int> all_offsets_;           // descending: the largest gives the earliest time
};

// The zone of that name in /usr/share/zoneinfo, read at first use and kept. "UTC" needs no file.
// misconfigured: no such zone; corrupt: its file cannot be understood. Threads: any.
Result<const ZoneFile*> find_zone(std::string_view name);

}  // namespace edgeward
