#pragma once

#include <functional>
#include <mutex>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/store/writer.hpp>
#include <edgeward/vault/identity_vault.hpp>

namespace edgeward::app {

// Brings the audit records of changes of the vault into the audit log, each once and in order, however often
// the gateway dies in between (docs/adr/0018). Threads: any but ew-db.
class ChangeRecorder {
public:
    // All outlive the recorder.
    ChangeRecorder(vault::IdentityVault& vault, store::Writer& writer, const Clock& clock)
        : vault_(vault), writer_(writer), clock_(clock) {}

    // Brings over what waits.
    Result<void> settle();
    // Makes a change, unless an earlier one still waits for its record. An error of its own record does not
    // undo the change: the record is kept beside it.
    template <typename Change>
    auto record(const Change& change) -> decltype(change()) {
        if (auto settled = settle(); !settled) return failure(std::move(settled.error()));
        auto changed = change();
        if (!changed) return changed;
        if (auto settled = settle(); !settled)
            return failure(
                std::move(settled.error()).during("the change is made, its audit record waits in the vault"));
        return changed;
    }

private:
    vault::IdentityVault& vault_;
    store::Writer& writer_;
    const Clock& clock_;
    std::mutex mutex_;
};

}  // namespace edgeward::app
