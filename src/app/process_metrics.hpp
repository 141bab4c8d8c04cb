#pragma once

#include <edgeward/core/metrics.hpp>

namespace edgeward::app {

// What this process uses of the machine, under the names Prometheus gives to every process, read from
// /proc/self when metrics are asked for; and what of it the databases hold.
class ProcessMetrics {
public:
    explicit ProcessMetrics(metrics::Registry& metrics);

private:
    void collect() const;

    metrics::Registry& metrics_;
};

}  // namespace edgeward::app
