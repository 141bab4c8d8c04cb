#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include <edgeward/anchoring/anchor_service.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/store/writer.hpp>

namespace edgeward::anchoring {

// What is known of one anchor: said once in the log, kept as a metric, and recorded in the audit log when it
// has lasted for `silence` or when the anchor contradicts this log. Called by ew-anchor; health() by any
// thread.
class AnchorWatch {
public:
    struct Parts {
        store::Writer& writer;
        const Clock& clock;
        metrics::Registry& metrics;
    };
    AnchorWatch(std::string name, std::chrono::milliseconds silence, Parts parts);

    // It has taken everything up to now.
    void well();
    // It was tried, and this came of it.
    void trouble(const Error& error);
    // It knows another history, or more of it than there is. Said once; stays until contradiction_over().
    void contradicted(const std::string& what);
    void contradiction_over();
    [[nodiscard]] AnchorHealth health() const;

private:
    void record(audit::Action action, const std::string& rule);

    const std::string name_;
    const std::chrono::milliseconds silence_;
    Parts parts_;
    metrics::Gauge well_;
    metrics::Gauge last_well_;
    metrics::Gauge contradicted_;
    mutable std::mutex mutex_;  // the two texts
    std::string trouble_;
    std::string contradiction_;
    MonotonicTime since_;  // the last moment it was well
    bool lost_ = false;    // recorded
};

}  // namespace edgeward::anchoring
