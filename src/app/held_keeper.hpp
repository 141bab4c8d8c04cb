#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include <edgeward/core/metrics.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>
#include <edgeward/store/writer.hpp>

#include "woken_thread.hpp"

namespace edgeward::app {

// Looks at held measurements again when somebody has moved: those in quarantine because nobody, or more than
// one person, was at their device at the time. What has found its person is stored, in the order of arrival
// and a page at a time, with the record of a replay; the rest stays. One thread, ew-held.
class HeldKeeper {
public:
    // All outlive the keeper. `stored`: new reports wait for delivery.
    struct Parts {
        store::StoreReader& reader;
        store::Writer& writer;
        const pipeline::InboundPipeline& pipeline;
        metrics::Registry& metrics;
        std::function<void()> stored;
    };
    explicit HeldKeeper(Parts parts);
    HeldKeeper(const HeldKeeper&) = delete;
    HeldKeeper& operator=(const HeldKeeper&) = delete;
    ~HeldKeeper() = default;

    void start();
    void stop();
    // Somebody has moved. Threads: any.
    void wake() { thread_.wake(); }
    // One pass over all that is held; public for tests. Gives how many found their person.
    Result<std::uint64_t> pass();

private:
    Result<bool> replay(const store::QuarantineEntry& entry);

    Parts parts_;
    metrics::Counter replayed_;
    WokenThread thread_{"ew-held", "held messages could not be looked at again"};
};

// Words of quarantine that a movement or an association can resolve.
bool is_held(std::string_view reason) noexcept;

}  // namespace edgeward::app
