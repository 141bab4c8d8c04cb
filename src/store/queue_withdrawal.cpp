// What DeliveryQueue does with reports that are nobody's to get any more: their person was erased, or they
// turned out to be another person's.

#include "delivery_queue.hpp"
#include "statements.hpp"

namespace edgeward::store {

Result<std::vector<DeliveryQueue::Ended>> DeliveryQueue::erase(std::uint64_t report, Instant now) {
    std::vector<Ended> ended;
    for (Destination& destination : destinations_) {
        const auto row = find_row(destination.id, report);
        if (!row) return failure(row.error());
        if (!*row || (!is_waiting((*row)->state) && (*row)->state != DeliveryState::dead)) continue;
        Settlement settlement;
        settlement.report = report;
        settlement.state = DeliveryState::erased;
        settlement.reason = "erased";
        if (auto turned = turn(destination, settlement, **row, now); !turned)
            return failure(std::move(turned.error()));
        ended.push_back({destination.name, (*row)->digest});
    }
    return ended;
}

Result<void> DeliveryQueue::pass_ended(std::uint64_t newest) {
    for (Destination& destination : destinations_) {
        if (auto raised = raise_low_water(destination, newest); !raised) return raised;
    }
    return {};
}

Result<void> DeliveryQueue::follow(Destination& destination, std::uint64_t report) {
    // Into the state with an index of its own: it lies behind what was claimed already.
    const auto queued = sql_[insert_taken_back].bind(1, destination.id).bind(2, signed_of(report)).run();
    if (!queued) return failure(queued.error());
    if (*queued > 0) count_offered(destination);
    return {};
}

Result<std::vector<std::string>> DeliveryQueue::withdraw(std::uint64_t report, std::uint64_t taken_back_by,
                                                         Instant now) {
    std::vector<std::string> ended;
    for (Destination& destination : destinations_) {
        const auto row = find_row(destination.id, report);
        if (!row) return failure(row.error());
        if (!*row || (*row)->state == DeliveryState::filtered || (*row)->state == DeliveryState::erased)
            continue;
        const DeliveryState state = (*row)->state;
        if (is_waiting(state)) {
            Settlement settlement;
            settlement.report = report;
            settlement.state = DeliveryState::filtered;
            settlement.reason = "reassigned";
            if (auto turned = turn(destination, settlement, **row, now); !turned)
                return failure(std::move(turned.error()));
            ended.push_back(destination.name);
        }
        if (state == DeliveryState::pending) continue;  // it has not been there
        if (auto offered = offer_to(destination, taken_back_by); !offered)
            return failure(std::move(offered.error()));
    }
    return ended;
}

}  // namespace edgeward::store
