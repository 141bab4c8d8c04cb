#pragma once

#include <cstdint>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::store {

// Holds every report against its digest, and the digests against the audit records of their batches: finds a
// row changed or removed behind the gateway's back. The audit chain itself is the verifier's matter.
struct RowCheck {
    std::uint64_t reports = 0;  // checked
    std::uint64_t batches = 0;  // audit records held against them
    std::uint64_t removed = 0;  // without a body any more, as many as audit records say
    std::uint64_t first_bad =
        0;  // number of the first report, or of its batch's first, that does not fit; 0: none
};
Result<RowCheck> check_rows(const StoreSettings& settings, const crypto::KeyRing& keys);

}  // namespace edgeward::store
