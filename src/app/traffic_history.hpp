#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/store/store_reader.hpp>

namespace edgeward::app {

// What came in from each device and went out to each destination in the last minutes: enough to see whether
// something has changed just now. In memory only; the longer history is monitoring's. Any thread.
class TrafficHistory {
public:
    static constexpr std::chrono::seconds interval{10};
    static constexpr std::size_t most_intervals = 90;  // a quarter of an hour

    struct Flow {
        std::deque<std::uint64_t> delivered;  // in each interval
        std::deque<std::uint64_t> pending;    // at the end of each
    };
    // Oldest first; all as long as `seconds`. Nothing yet: the first interval is not over.
    struct Traffic {
        Instant until{};
        std::deque<double> seconds;  // length of each interval: a look that failed makes one longer
        std::map<std::string, std::deque<std::uint64_t>> received;  // messages, by device
        std::map<std::string, Flow> destinations;
    };

    TrafficHistory(store::StoreReader& reader, const Clock& clock) : reader_(reader), clock_(clock) {}
    TrafficHistory(const TrafficHistory&) = delete;
    TrafficHistory& operator=(const TrafficHistory&) = delete;
    ~TrafficHistory() = default;

    // Looks at the books every interval on thread ew-traffic.
    void start();
    void stop();
    void look();

    [[nodiscard]] Traffic traffic() const;

private:
    void add(const std::map<std::string, store::InboundBook>& devices,
             const std::map<std::string, store::DestinationBook>& destinations);

    store::StoreReader& reader_;
    const Clock& clock_;
    log::Trouble trouble_;
    mutable std::mutex mutex_;
    Traffic traffic_;  // the following under mutex_
    std::map<std::string, std::uint64_t> received_;
    std::map<std::string, std::uint64_t> delivered_;
    std::optional<MonotonicTime> looked_;
    BackgroundThread thread_{"ew-traffic"};
};

}  // namespace edgeward::app
