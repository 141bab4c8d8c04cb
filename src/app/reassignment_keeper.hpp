#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <edgeward/alarm/engine.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>
#include <edgeward/store/writer.hpp>

#include "woken_thread.hpp"

namespace edgeward::app {

// Holds what is stored against what patient administration and the ward tell late: measurements that were
// given a person by place, and are another's, are taken back and given to whom they are, or held when nobody
// was there (docs/adr/0032). Where two persons are told at once, nothing is moved until that is clear. One
// thread, ew-reassign.
class ReassignmentKeeper {
public:
    // All outlive the keeper.
    struct Parts {
        vault::IdentityVault& vault;
        store::StoreReader& reader;
        store::Writer& writer;
        const pipeline::InboundPipeline& pipeline;
        const crypto::SealingKey& quarantine_key;
        const Clock& clock;
        metrics::Registry& metrics;
        // These reports were taken back: what of them waits in memory must not go out.
        std::function<void(const std::vector<std::uint64_t>&)> taken_back;
        std::function<void()> held;  // something was held, which somebody may be known for
        std::function<void(const alarm::TakenBack&)> alarms = [](const alarm::TakenBack&) {};
    };
    explicit ReassignmentKeeper(Parts parts);
    ReassignmentKeeper(const ReassignmentKeeper&) = delete;
    ReassignmentKeeper& operator=(const ReassignmentKeeper&) = delete;
    ~ReassignmentKeeper() = default;

    void start();
    void stop();
    // Somebody has moved. Threads: any.
    void wake() { thread_.wake(); }
    // Examines all changes there are; public for tests. Gives how many reports were moved.
    Result<std::uint64_t> pass();

private:
    Result<std::uint64_t> examine(const vault::PlaceChange& change);
    Result<std::uint64_t> examine(const std::string& device, const vault::PlaceChange& change);
    Result<std::set<std::string>> devices_of(const vault::PlaceChange& change) const;
    struct Move {
        store::Reassignment reassignment;
        alarm::TakenBack taken;
    };
    // Nothing: it stays with its person.
    Result<std::optional<Move>> move_of(const store::Delivery& row, bool at_bed) const;
    Result<std::uint64_t> move(const std::vector<Move>& moves);
    bool wait_for_what_is_under_way();

    Parts parts_;
    metrics::Counter moved_;
    WokenThread thread_{"ew-reassign", "stored reports could not be held against a movement"};
};

}  // namespace edgeward::app
