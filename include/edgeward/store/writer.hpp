#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/store/observation_store.hpp>
#include <edgeward/store/store_reader.hpp>

namespace edgeward::store {

// The one thread that writes (ew-db), and its group commit: whatever has arrived becomes one transaction,
// bounded in count; each job's `done` runs after the commit that holds it.
struct WriterSettings {
    std::size_t queue_capacity = 4096;  // jobs waiting; submit blocks when full
    std::size_t group_limit = 512;      // jobs in one transaction
    // Asked on ew-db when the disk takes nothing, before that is waited out: true when there is room now.
    std::function<bool()> make_room;
    // How long jobs that may wait are kept for others.
    std::chrono::milliseconds company_wait{2};
};

// One unit of change. `work` runs on ew-db inside a transaction; when it fails only its own changes are
// undone. It may run several times (after a full disk, or because another job of the group failed): it
// changes nothing but the store, and what it captures must still be there the next time. `done` runs on ew-db
// after the commit (or after the failure); it must be quick and not throw.
struct Job {
    std::function<Result<void>(ObservationStore&)> work;
    std::function<void(const Result<void>&)> done;
    // A transaction costs the same for one job and for many: this one may wait a little for others.
    bool may_wait = false;
};

class Writer {
public:
    Writer() = default;
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    virtual ~Writer() = default;

    // Blocks while the queue is full. False after stop(). Threads: any but ew-db.
    virtual bool submit(Job job) = 0;
    // Submits and waits. Threads: any but ew-db.
    virtual Result<void> run(std::function<Result<void>(ObservationStore&)> work) = 0;
    // Moves the write-ahead log into the file and truncates it, so that no old page is left in it.
    // unavailable: a reader is in the way. Threads: any but ew-db.
    virtual Result<void> move_log() = 0;
    // From now on a full disk is waited out only so long; then jobs fail. For stopping: whoever waits for his
    // jobs would wait as long as the disk is full.
    virtual void limit_patience(std::chrono::milliseconds patience) = 0;
    // No more jobs; commits what is queued, signs a last checkpoint, ends the thread.
    virtual void stop() = 0;
    // Nothing while commits succeed; otherwise why they do not (disk full: exhausted). The writer keeps the
    // jobs and tries again by itself; a corrupt store ends it for good.
    [[nodiscard]] virtual Result<void> health() const = 0;
    [[nodiscard]] virtual std::size_t queued() const = 0;
};

struct StoreParts {
    std::unique_ptr<StoreReader> reader;
    std::unique_ptr<Writer> writer;  // owns the ObservationStore and its thread
};

// Opens (makes, migrates) store.db in a folder that is there and starts ew-db. Uses the keys store and
// audit-signing. Errors: misconfigured (also: store.db is of a newer version), corrupt (the audit chain does
// not verify from its newest checkpoint on, wrong key), exhausted.
Result<StoreParts> open_store(const StoreSettings& settings, const WriterSettings& writer,
                              const crypto::KeyRing& keys, const Clock& clock);

// One more reader of the same store, for a thread that should not wait for the others. `cache_kib`: of pages
// it keeps between two reads with no commit in between. Errors: as open_store.
Result<std::unique_ptr<StoreReader>> open_reader(const StoreSettings& settings, const crypto::KeyRing& keys,
                                                 std::size_t cache_kib);

}  // namespace edgeward::store
