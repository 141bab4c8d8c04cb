// What DeliveryQueue does with reports that turned out to be another person's.

#include "delivery_queue.hpp"
#include "statements.hpp"

namespace edgeward::store {

Result<void> DeliveryQueue::follow(Destination& destination, std::uint64_t report) {
    // Into the state with an index of its own: it lies behind what was claimed already.
    const auto queued = sql_[insert_taken_back].bind(1, destination.id).bind(2, signed_of(report)).run();
    if (!queued) return failure(queued.error());
    if (*queued == 0) return {};
    ++destination.offered;
    ++destination.by_state[static_cast<std::size_t>(DeliveryState::pending)];
    destination.changed = true;
    return {};
}

Result<std::vector<DeliveryQueue::Withdrawn>> DeliveryQueue::withdraw(std::uint64_t report,
                                                                      std::uint64_t newest, Instant now) {
    std::vector<Withdrawn> all;
    for (std::size_t place = 0; place < destinations_.size(); ++place) {
        Destination& destination = destinations_[place];
        {
            const RowGuard guard(sql_[is_queued]);
            const auto queued = sql_[is_queued].bind(1, destination.id).bind(2, signed_of(report)).step();
            if (!queued) return failure(queued.error());
            if (!*queued) continue;
        }
        const auto row = row_of(destination.id, report);
        if (!row) return failure(row.error());
        const DeliveryState state = row->state;
        if (state == DeliveryState::filtered || state == DeliveryState::erased) continue;
        const bool ends = state == DeliveryState::pending || state == DeliveryState::parked ||
                          state == DeliveryState::again;
        all.push_back({place, ends, state != DeliveryState::pending});
        if (!ends) continue;
        Settlement settlement;
        settlement.report = report;
        settlement.state = DeliveryState::filtered;
        settlement.reason = "reassigned";
        if (auto written = write(destination.id, settlement, *row, now); !written)
            return failure(std::move(written.error()));
        const auto counted = state == DeliveryState::parked ? DeliveryState::parked : DeliveryState::pending;
        --destination.by_state[static_cast<std::size_t>(counted)];
        ++destination.by_state[static_cast<std::size_t>(DeliveryState::filtered)];
        destination.changed = true;
        if (auto raised = raise_low_water(destination, newest); !raised)
            return failure(std::move(raised.error()));
    }
    return all;
}

Result<void> DeliveryQueue::offer_to(std::size_t place, std::uint64_t report) {
    Destination& destination = destinations_.at(place);
    auto inserted = run(sql_[insert_delivery].bind(1, destination.id).bind(2, signed_of(report)));
    if (!inserted) return inserted;
    ++destination.offered;
    ++destination.by_state[static_cast<std::size_t>(DeliveryState::pending)];
    destination.changed = true;
    return {};
}

}  // namespace edgeward::store
