#pragma once

#include <atomic>
#include <cstdint>

namespace edgeward::ingest {

// How far messages have come. Paho's thread writes taken, answered and sealed, in this order and before it
// writes the PUBACK; the committing thread writes committed; the relay reads them after it has read that
// PUBACK.
struct Progress {
    std::atomic<std::uint64_t> taken{0};      // newest ticket
    std::atomic<std::uint64_t> committed{0};  // newest ticket on disk
    std::atomic<std::uint64_t> answered{0};   // QoS 1 messages of this connection whose handler took them
    std::atomic<bool> sealed{false};          // a handler refused a message: it must never be acknowledged
};

}  // namespace edgeward::ingest
