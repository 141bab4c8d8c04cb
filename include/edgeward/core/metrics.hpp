#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Counters, gauges and histograms, exposed in Prometheus text form (0.0.4).
//
// Names follow the conventions of Prometheus: edgeward_<noun>_<unit>[_total]. Labels are names from the
// configuration and fixed words; never an identifier of a person or text of a device.
// Threads: any. Handles are cheap to copy, valid as long as the registry.
namespace edgeward::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

class Counter {
public:
    explicit Counter(void* series = nullptr) : series_(series) {}
    void add(double amount = 1) const;  // amount >= 0
    // For a total that is kept elsewhere: never falls. Of one series by one thread at a time.
    void raise_to(double total) const;

private:
    void* series_;
};

class Gauge {
public:
    explicit Gauge(void* series = nullptr) : series_(series) {}
    void set(double value) const;
    void add(double amount) const;

private:
    void* series_;
};

class Histogram {
public:
    explicit Histogram(void* series = nullptr) : series_(series) {}
    void observe(double value) const;

private:
    void* series_;
};

class Registry {
public:
    Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;
    ~Registry();

    // The series of that name and those labels, made at the first call. The help text of the first call
    // stays. Throws std::invalid_argument for a name or label Prometheus does not allow, or a name used for
    // another kind: a bug, found by the first test that runs the line.
    Counter counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Gauge gauge(std::string_view name, std::string_view help, const Labels& labels = {});
    // Buckets in seconds, 0.5 ms to 60 s.
    Histogram latency(std::string_view name, std::string_view help, const Labels& labels = {});

    // Called before each exposition, to set gauges from live state. Must not block.
    void on_collect(std::function<void()> refresh);

    // The whole registry as text/plain; version=0.0.4.
    [[nodiscard]] std::string expose() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::metrics
