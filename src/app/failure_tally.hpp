#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include <edgeward/core/time.hpp>

namespace edgeward::app {

// Counts failures by who failed: the first is told at once, the ones after it once a minute together, so that
// a flood of attempts is no flood of audit records. As many entries as there are accounts, and one. Threads:
// any.
class FailureTally {
public:
    using Tell = std::function<void(const std::string& who, std::uint64_t count)>;
    explicit FailureTally(Tell tell) : tell_(std::move(tell)) {}

    void failed(const std::string& who, MonotonicTime now);
    // Tells what is not told yet and a minute old; `all`: however old.
    void flush(MonotonicTime now, bool all = false);

private:
    struct Entry {
        std::uint64_t untold = 0;
        MonotonicTime told{};
    };
    const Tell tell_;
    std::mutex mutex_;
    std::map<std::string, Entry> entries_;
};

}  // namespace edgeward::app
