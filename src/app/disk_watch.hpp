#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/store/writer.hpp>

#include "disk_level.hpp"
#include "disk_reserve.hpp"

namespace edgeward::app {

// What there is room for, as `edgeward status` shows it.
struct DiskStatus {
    DiskRoom room;
    std::uint64_t stops_below = 0;
    bool low = false;
    std::optional<double> octets_per_second;
    std::optional<double> seconds_left;  // infinite: nothing grows
};

// Stops the intake before the disk is full, so that audit records, settlements and commands still have room,
// and lets it go on when there is room again. Any thread.
class DiskWatch {
public:
    struct Parts {
        std::function<Result<DiskRoom>()> measure;
        std::function<void(bool)> hold;  // true: the intake stops; false: it goes on
        store::Writer& writer;
        const Clock& clock;
        metrics::Registry& metrics;
        DiskReserve& reserve;  // made here, given up by whom finds the disk full
    };
    DiskWatch(const DiskSettings& settings, Parts parts);
    DiskWatch(const DiskWatch&) = delete;
    DiskWatch& operator=(const DiskWatch&) = delete;
    ~DiskWatch() = default;

    // Looks once, then every check interval on thread ew-disk.
    void start();
    void stop();
    void look();

    [[nodiscard]] DiskStatus status() const;
    // exhausted while the intake is stopped.
    [[nodiscard]] Result<void> health() const;

private:
    void say(bool low, const DiskRoom& room);
    void show();

    const DiskSettings settings_;
    const Parts parts_;
    metrics::Gauge low_gauge_;
    metrics::Gauge room_gauge_;
    metrics::Gauge left_gauge_;
    metrics::Gauge rate_gauge_;
    log::Trouble trouble_;
    mutable std::mutex mutex_;
    DiskLevel level_;  // the following under mutex_
    FillRate rate_;
    DiskRoom room_;
    BackgroundThread thread_{"ew-disk"};
};

// The file system of `folder` and the free pages of store.db.
Result<DiskRoom> measure_disk(const std::filesystem::path& folder, store::StoreReader& reader);

}  // namespace edgeward::app
