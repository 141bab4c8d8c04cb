#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::store {

// The books as the rows themselves give them, to be held against the counters: reports and stored messages
// from the reports, quarantined ones from the quarantine, refused ones from the audit records, deliveries
// from the queue. Left empty: refused_values (they leave no row) and oldest_pending.
struct Recount {
    InboundBook inbound;
    std::map<std::string, DestinationBook> destinations;
};

// Reads every table of store.db on a read-only connection of its own, as of one moment. Beside a running
// gateway or without one. Errors as database.hpp.
Result<Recount> recount(const StoreSettings& settings, const crypto::KeyRing& keys);

// Holds every report against its digest, and the digests against the audit records of their batches: finds a
// row changed or removed behind the gateway's back. The audit chain itself is the verifier's matter.
struct RowCheck {
    std::uint64_t reports = 0;  // checked
    std::uint64_t batches = 0;  // audit records held against them
    std::uint64_t first_bad =
        0;  // number of the first report, or of its batch's first, that does not fit; 0: none
};
Result<RowCheck> check_rows(const StoreSettings& settings, const crypto::KeyRing& keys);

}  // namespace edgeward::store
