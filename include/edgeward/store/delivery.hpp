#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/model/pseudonym.hpp>

// The delivery queue: reports as they are claimed for a destination, and how they end there
// (docs/store-format.md).
namespace edgeward::store {

// State of one report at one destination.
enum class DeliveryState : std::uint8_t {
    pending = 0,
    parked = 1,
    delivered = 2,
    dead = 3,
    filtered = 4,
    erased = 5,
    again = 6,  // pending once more, after a retry or a replay
};

struct Delivery {
    std::uint64_t report = 0;  // report number, grows with storage order
    std::optional<model::Pseudonym> subject;
    std::string device;
    Instant received{};
    Bytes sealed;
    std::uint32_t attempts = 0;
    crypto::Digest digest{};  // of the report's row: what the audit record of its end vouches for
};

// Reason of a delivered object that its receiver has committed itself to keep; else there is none.
inline constexpr std::string_view delivered_and_committed = "committed";

// How one claimed report ended, or that it has to wait.
struct Settlement {
    std::uint64_t report = 0;
    DeliveryState state = DeliveryState::delivered;  // delivered, dead, filtered or parked
    std::string reason;                              // fixed word or rule; delivered: see below
    Bytes sealed_foreign;                            // the peer's words, sealed; dead and parked only
    Instant retry_at{};                              // parked only
    std::uint32_t attempts = 0;
    // What its row said when it was claimed, so that it need not be looked up again when it ends.
    struct Claimed {
        std::optional<model::Pseudonym> subject;
        crypto::Digest digest{};
    };
    std::optional<Claimed> claimed = {};
};

}  // namespace edgeward::store
