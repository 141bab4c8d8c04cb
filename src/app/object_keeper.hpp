#pragma once

#include <filesystem>

#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/store/writer.hpp>

namespace edgeward::app {

// Removes the files of objects that nobody owns any more: their report's time was over, their person was
// erased, or they left the quarantine. One thread, ew-objects.
class ObjectKeeper {
public:
    ObjectKeeper(std::filesystem::path folder, store::StoreReader& reader, store::Writer& writer,
                 metrics::Registry& metrics);
    ObjectKeeper(const ObjectKeeper&) = delete;
    ObjectKeeper& operator=(const ObjectKeeper&) = delete;
    ~ObjectKeeper() = default;

    // Before anything comes in: files that a crash has left, of which the store knows nothing.
    Result<void> remove_strangers();
    void start();
    void stop();
    // One look at the store; public for tests.
    Result<void> sweep();

private:
    const std::filesystem::path folder_;
    store::StoreReader& reader_;
    store::Writer& writer_;
    metrics::Gauge files_;
    metrics::Gauge octets_;
    metrics::Counter removed_;
    BackgroundThread thread_{"ew-objects"};
};

}  // namespace edgeward::app
