// What operators do with a destination: SqlcipherStore::replay and set_mode.

#include <algorithm>

#include "sqlcipher_store.hpp"

namespace edgeward::store {
namespace {

audit::Action action_of(DestinationMode mode) noexcept {
    if (mode == DestinationMode::paused) return audit::Action::destination_paused;
    return mode == DestinationMode::draining ? audit::Action::destination_draining
                                             : audit::Action::destination_resumed;
}

}  // namespace

Result<std::uint64_t> SqlcipherStore::replay(std::string_view destination,
                                             const std::vector<std::uint64_t>& reports,
                                             std::string_view actor, std::string_view reason) {
    return change([&]() -> Result<std::uint64_t> {
        if (auto known = expect_one_of(change_reasons, reason, "reason"); !known)
            return failure(std::move(known.error()));
        auto count = parts_->queue.replay(destination, reports);
        if (!count || *count == 0) return count;
        audit::Event event;
        event.actor = actor;
        event.action = audit::Action::reports_replayed;
        event.object = std::string(destination) + " reports " + std::to_string(reports.front()) + "-" +
                       std::to_string(reports.back());
        event.rule = reason;
        event.count = *count;
        if (auto appended = parts_->audit.append(std::move(event)); !appended)
            return failure(std::move(appended.error()));
        return count;
    });
}

Result<void> SqlcipherStore::set_mode(std::string_view destination, DestinationMode mode,
                                      std::string_view actor, std::string_view reason) {
    return change([&]() -> Result<void> {
        if (auto known = expect_one_of(change_reasons, reason, "reason"); !known) return known;
        auto changed = parts_->queue.set_mode(destination, mode, actor, reason, clock_->now());
        if (!changed) return failure(std::move(changed.error()));
        if (!*changed) return {};
        audit::Event event;
        event.actor = actor;
        event.action = action_of(mode);
        event.object = destination;
        event.rule = reason;
        return parts_->audit.append(std::move(event));
    });
}

}  // namespace edgeward::store
