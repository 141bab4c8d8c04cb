#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/store/observation_store.hpp>

// The books held against each other and against the rows of store.db.
namespace edgeward::store {

// All books: messages by device (the empty name: devices that are not known), reports by destination.
struct Ledger {
    std::map<std::string, InboundBook> devices;
    std::map<std::string, DestinationBook> destinations;

    [[nodiscard]] InboundBook total() const;
};

// A line that says two things.
struct Difference {
    std::string book;  // "device monitor-1", "unknown devices", "all devices", "destination kis"
    std::string line;  // "received", "stored", "delivered", …
    std::uint64_t kept = 0;
    std::uint64_t counted = 0;  // by the rows, or what the other lines add up to
};

// Where received = stored + quarantined + refused, or offered = delivered + pending + dead + filtered +
// erased, does not hold. Empty: the books balance.
std::vector<Difference> imbalances(const Ledger& ledger);

enum class Depth : std::uint8_t {
    books,  // the counters alone: quick
    rows,   // every row is counted too: seconds for each million
};

struct Reconciliation {
    std::uint64_t as_of = 0;  // newest audit record; all of it is of that moment
    Ledger kept;              // the counters
    // What the rows themselves give: reports, deliveries, quarantine, audit records of refusals. Without
    // refused_values, unlisted and oldest_pending, which they do not tell, and observations by device.
    std::optional<Ledger> counted;
    std::vector<Difference> differences;  // imbalances of the counters, then where the rows differ
};

// Reads a read-only snapshot on a connection of its own, beside a running gateway or without one; nothing
// else waits for it. Memory does not grow with the rows. Threads: any, several at once.
class Reconciler {
public:
    // misconfigured: the ring has no store key.
    static Result<Reconciler> open(const StoreSettings& settings, const crypto::KeyRing& keys);

    // `give_up` is asked now and then; true ends it. The write-ahead log cannot be emptied meanwhile: when it
    // has grown beyond 512 MiB, counting gives up by itself. unavailable: given up; the rest as database.hpp.
    [[nodiscard]] Result<Reconciliation> reconcile(
        Depth depth, const std::function<bool()>& give_up = [] { return false; }) const;

private:
    Reconciler(std::filesystem::path file, Secret key) : file_(std::move(file)), key_(std::move(key)) {}
    std::filesystem::path file_;
    Secret key_;
};

}  // namespace edgeward::store
