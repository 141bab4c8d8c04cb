#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include <edgeward/config/document.hpp>
#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/store/writer.hpp>

namespace edgeward::app {

// [retention]: how long the content of reports stays after every destination is done with it. What is not
// delivered stays however old it is, and nothing goes for want of space.
struct RetentionSettings {
    std::chrono::milliseconds clinical = std::chrono::hours(24 * 30);       // reports about a person
    std::chrono::milliseconds technical = std::chrono::hours(24 * 30);      // reports about none
    std::chrono::milliseconds dead_letters = std::chrono::hours(24 * 365);  // that nobody has retried
};
RetentionSettings read_retention_settings(config::Section section);

// Removes what is beyond its limit, a little at a time and with pauses, so that commits do not wait for it.
// After a leap of the clock nothing is removed for an hour. One thread, ew-keep.
class RetentionKeeper {
public:
    // Whose reports stay whatever their age; an error: nothing is removed.
    using KeptSubjects = std::function<Result<std::vector<model::Pseudonym>>()>;
    RetentionKeeper(const RetentionSettings& settings, store::Writer& writer, KeptSubjects kept,
                    const Clock& clock, metrics::Registry& metrics);
    RetentionKeeper(const RetentionKeeper&) = delete;
    RetentionKeeper& operator=(const RetentionKeeper&) = delete;
    ~RetentionKeeper() = default;

    void start();
    void stop();
    // One pass over what is due; public for tests. False: ended early, by stop() or by a store in trouble.
    bool pass();

private:
    bool clock_is_steady();
    bool retire(const store::RetentionLimits& limits);
    bool retire_alarms(Instant before);
    bool forget(Instant before);
    bool run(const std::function<Result<void>(store::ObservationStore&)>& work);

    RetentionSettings settings_;
    store::Writer& writer_;
    const KeptSubjects kept_;
    const Clock& clock_;
    metrics::Counter removed_;
    std::uint64_t looked_to_ = 0;
    MonotonicTime from_start_at_{};  // when what was passed over is looked at again
    std::optional<std::chrono::milliseconds> clock_offset_;
    MonotonicTime trusted_from_{};
    BackgroundThread thread_{"ew-keep"};
};

}  // namespace edgeward::app
