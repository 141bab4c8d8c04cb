#include "retention_keeper.hpp"

#include <algorithm>

#include <edgeward/core/log.hpp>

namespace edgeward::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::size_t reports_at_once = 100;  // about 2 ms of ew-db
constexpr std::size_t ids_at_once = 500;
constexpr int rest = 4;  // times as long as the work took
constexpr std::chrono::seconds pass_interval{60};
constexpr hours look_again_interval{1};
constexpr std::chrono::minutes clock_leap{5};
constexpr hours distrust{1};
// Ids stay a little longer than their reports: a device may send again what it measured long ago.
constexpr hours id_grace{48};

}  // namespace

RetentionSettings read_retention_settings(config::Section section) {
    RetentionSettings settings;
    constexpr hours longest{24 * 3650};
    settings.clinical = section.duration("clinical", settings.clinical, hours(1), longest);
    settings.technical = section.duration("technical", settings.technical, hours(1), longest);
    settings.dead_letters = section.duration("dead_letters", settings.dead_letters, hours(24 * 30), longest);
    return settings;
}

RetentionKeeper::RetentionKeeper(const RetentionSettings& settings, store::Writer& writer, KeptSubjects kept,
                                 const Clock& clock, metrics::Registry& metrics)
    : settings_(settings),
      writer_(writer),
      kept_(std::move(kept)),
      clock_(clock),
      removed_(metrics.counter("edgeward_reports_removed_total",
                               "Reports whose content was removed because their time was over.")) {}

void RetentionKeeper::start() {
    thread_.start([this] {
        while (thread_.pause(pass_interval))
            pass();
    });
}

void RetentionKeeper::stop() {
    thread_.stop();
}

// A clock that was set may say that everything is old.
bool RetentionKeeper::clock_is_steady() {
    const MonotonicTime now = clock_.monotonic();
    const auto offset =
        clock_.now().time_since_epoch() - std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
    const bool leapt = clock_offset_ && std::chrono::abs(offset - *clock_offset_) > clock_leap;
    clock_offset_ = offset;
    if (leapt) {
        trusted_from_ = now + distrust;
        log::warning("the clock was set; nothing is removed for an hour");
    }
    return now >= trusted_from_;
}

bool RetentionKeeper::run(const std::function<Result<void>(store::ObservationStore&)>& work) {
    const MonotonicTime begun = clock_.monotonic();
    if (const auto done = writer_.run(work); !done) {
        log::warning("reports beyond their time could not be removed", {{"reason", done.error().message}});
        return false;
    }
    return thread_.pause(std::chrono::duration_cast<milliseconds>((clock_.monotonic() - begun) * rest));
}

bool RetentionKeeper::retire(const store::RetentionLimits& limits) {
    for (;;) {
        store::Retired retired;
        const bool went_on = run([&](store::ObservationStore& store) -> Result<void> {
            auto done = store.retire(limits, looked_to_, reports_at_once);
            if (!done) return failure(std::move(done.error()));
            retired = *done;
            return {};
        });
        looked_to_ = std::max(looked_to_, retired.looked_to);
        removed_.add(static_cast<double>(retired.removed));
        if (!went_on) return false;
        if (retired.finished) return true;
    }
}

bool RetentionKeeper::retire_alarms(Instant before) {
    return run([before](store::ObservationStore& store) -> Result<void> {
        auto retired = store.retire_alarms(before);
        if (!retired) return failure(std::move(retired.error()));
        return {};
    });
}

bool RetentionKeeper::forget(Instant before) {
    Bytes after;
    for (;;) {
        store::Forgotten forgotten;
        const bool went_on = run([&](store::ObservationStore& store) -> Result<void> {
            auto done = store.forget_ids(before, after, ids_at_once);
            if (!done) return failure(std::move(done.error()));
            forgotten = *done;
            return {};
        });
        if (!went_on) return false;
        if (forgotten.finished) return true;
        after = forgotten.looked_to;
    }
}

bool RetentionKeeper::pass() {
    if (!clock_is_steady()) return true;
    const MonotonicTime begun = clock_.monotonic();
    const bool whole = begun >= from_start_at_;
    if (whole) {
        looked_to_ = 0;
        from_start_at_ = begun + look_again_interval;
    }
    const Instant now = clock_.now();
    const auto kept = kept_();
    if (!kept) {
        log::warning("reports beyond their time could not be removed", {{"reason", kept.error().message}});
        return false;
    }
    const store::RetentionLimits limits{now - settings_.clinical,
                                        now - settings_.technical,
                                        now - settings_.dead_letters,
                                        {kept->begin(), kept->end()}};
    if (!retire(limits)) return false;
    if (whole && !retire_alarms(limits.clinical_before)) return false;
    return !whole || forget(std::min(limits.clinical_before, limits.technical_before) - id_grace);
}

}  // namespace edgeward::app
