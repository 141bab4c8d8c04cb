#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <edgeward/anchoring/anchor_settings.hpp>
#include <edgeward/audit/witness.hpp>
#include <edgeward/core/backoff.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/transport/witness_link.hpp>

#include "anchor_watch.hpp"
#include "audit_trail.hpp"
#include "witness_memory.hpp"
#include "witness_proof.hpp"

namespace edgeward::anchoring {

// Shows each new checkpoint to the witness and keeps its cosignature. What the witness knows is taken from
// its answers: one that knows more records than the log has, or a log that no proof leads to, is said, and
// asked again. One thread: that of `executor`; must outlive run().
class WitnessFlow {
public:
    struct Parts {
        boost::asio::any_io_executor executor;
        std::unique_ptr<transport::WitnessLink> link;
        audit::Cosigner witness;
        AuditTrail trail;
        std::filesystem::path memory_file;
        AnchorWatch& watch;
        const Clock& clock;
        Random& random;
        metrics::Registry& metrics;
    };
    WitnessFlow(const WitnessSettings& settings, WitnessMemory memory, Parts parts);
    WitnessFlow(const WitnessFlow&) = delete;
    WitnessFlow& operator=(const WitnessFlow&) = delete;
    ~WitnessFlow() = default;

    boost::asio::awaitable<void> run();
    // run() ends soon after. Its thread.
    void stop();
    // The same for what does not give way to the executor. Any thread.
    void hurry() { stopping_ = true; }

private:
    // Whether there was something to show and it was cosigned.
    boost::asio::awaitable<Result<bool>> round();
    Result<ProvenCheckpoint> next_checkpoint(const store::ChainState& chain);
    boost::asio::awaitable<Result<bool>> show(ProvenCheckpoint checkpoint, std::uint64_t old_size);
    Result<bool> conflict(const std::string& body, std::uint64_t asked);
    Result<void> complete_tree(ProvenCheckpoint& checkpoint);
    Result<bool> keep(ProvenCheckpoint checkpoint, const std::string& answer);

    const WitnessSettings settings_;
    Parts parts_;
    Backoff backoff_;
    boost::asio::steady_timer timer_;
    std::atomic<bool> stopping_ = false;
    WitnessMemory memory_;      // on disk
    audit::MerkleTree agreed_;  // of the size the witness is taken to know; empty: it is asked
    bool shown_ = false;        // something, since the start
    MonotonicTime cosigned_at_;
    metrics::Gauge size_;
};

}  // namespace edgeward::anchoring
