#include "change_recorder.hpp"

namespace edgeward::app {
namespace {

// A record that comes later than this says when the change was.
constexpr std::chrono::seconds prompt{60};

}  // namespace

Result<void> ChangeRecorder::settle() {
    const std::lock_guard lock(mutex_);
    for (;;) {
        auto change = vault_.unrecorded_change();
        if (!change) return failure(std::move(change.error()));
        if (!*change) return {};
        const vault::ChangeRecord& made = **change;
        audit::Event event = made.event;
        if (clock_.now() - made.time > prompt) event.object += ", made " + to_rfc3339(made.time);
        auto written = writer_.run(
            [&](store::ObservationStore& store) { return store.append_audit_once(made.name, event); });
        if (!written) return written;
        if (auto removed = vault_.change_recorded(made.name); !removed) return removed;
    }
}

}  // namespace edgeward::app
