#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <edgeward/core/time.hpp>

namespace edgeward::store {

// The books: counters kept in the transactions of what they count. Messages:
// received = stored + quarantined + refused.
struct InboundBook {
    std::uint64_t received = 0, stored = 0, quarantined = 0, refused = 0, reports = 0, observations = 0,
                  duplicates = 0;                           // duplicates: refused with reason "duplicate"
    std::map<std::string, std::uint64_t> refused_messages;  // by reason
    std::map<std::string, std::uint64_t> refused_values;    // by reason
    std::map<std::string, std::uint64_t> quarantined_by_reason;
    std::uint64_t unlisted = 0;  // fields of stored and refused messages that no mapping lists: dropped

    [[nodiscard]] bool balances() const noexcept { return received == stored + quarantined + refused; }
};

// Reports of one destination: offered = delivered + pending (parked included) + dead + filtered + erased.
struct DestinationBook {
    std::uint64_t offered = 0, delivered = 0, pending = 0, parked = 0, dead = 0, filtered = 0, erased = 0;
    std::optional<Instant> oldest_pending;  // received time

    [[nodiscard]] bool balances() const noexcept {
        return offered == delivered + pending + dead + filtered + erased;
    }
};

// What store.db takes and has left, in octets.
struct StoreSpace {
    std::uint64_t used = 0;  // pages with content, those still in the write-ahead log included
    std::uint64_t free = 0;  // pages inside the file that will be used again before it grows
    std::uint64_t log = 0;   // the write-ahead log's file
};

}  // namespace edgeward::store
