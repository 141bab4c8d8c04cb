#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/time.hpp>

namespace edgeward::store {

// What the operator wants of a destination; kept over restarts.
enum class DestinationMode : std::uint8_t {
    running = 0,
    paused = 1,    // nothing is sent; new reports queue up
    draining = 2,  // what is queued is sent; new reports are not queued for it
};
std::string_view name_of(DestinationMode mode) noexcept;

// `reason` is one of change_reasons, so that no operator can write about a person into log and audit.
struct DestinationControl {
    bool active = false;  // in the configuration
    DestinationMode mode = DestinationMode::running;
    std::optional<Instant> since;  // nothing: never changed
    std::string actor;
    std::string reason;
};
inline constexpr std::array<std::string_view, 6> change_reasons{"maintenance", "receiver_fault",  "network",
                                                                "misdelivery", "decommissioning", "other"};

}  // namespace edgeward::store
