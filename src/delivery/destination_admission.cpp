// What DestinationFlow does with claimed reports: whether they may be disclosed, and that it is recorded.

#include <algorithm>
#include <functional>
#include <iterator>

#include <edgeward/core/log.hpp>

#include "destination_flow.hpp"

namespace edgeward::delivery {

// Claimed until it is on disk, so that a claim of the same row passes it over.
void DestinationFlow::settle(store::Settlement settlement) {
    claimed_.insert(settlement.report);
    settlement_.settle(std::move(settlement));
}

// Examines claimed rows, writes down what they disclose in one transaction, and lets them be sent. False: not
// now, none was taken.
boost::asio::awaitable<bool> DestinationFlow::admit(Claimed claimed, Claimed beside) {
    ++admitting_;
    const bool admitted = co_await admit_rows(std::move(claimed), std::move(beside));
    if (--admitting_ == 0)
        std::erase_if(taken_back_, [this](std::uint64_t report) { return !claimed_.contains(report); });
    co_return admitted;
}

Result<DestinationFlow::Examined> DestinationFlow::examine(std::vector<store::Delivery>& rows, Claim claim) {
    Examined examined;
    examined.prepared.reserve(rows.size());
    for (auto& row : rows) {
        if (claim != Claim::parked && claimed_.contains(row.report)) continue;
        std::string lane = lane_of(row);
        if (claim != Claim::parked && parked_.contains(lane)) {
            examined.settled.push_back(behind_parked(row.report));
            continue;
        }
        if (examined.restricted.contains(lane)) {  // parked before, and stays so
            if (claim != Claim::parked) examined.settled.push_back(behind_parked(row.report));
            continue;
        }
        const auto subject = row.subject;
        auto answer = disclosure_.examine(std::move(row));
        if (!answer) return failure(std::move(answer.error()));
        auto* settlement = std::get_if<store::Settlement>(&*answer);
        if (settlement != nullptr && settlement->state == store::DeliveryState::parked) {
            examined.restricted.insert_or_assign(std::move(lane),
                                                 Examined::Restricted{*subject, settlement->retry_at});
            if (claim != Claim::parked) examined.settled.push_back(std::move(*settlement));
        } else if (settlement != nullptr) {
            examined.settled.push_back(std::move(*settlement));
            examined.done.push_back(std::move(lane));
        } else {
            examined.prepared.push_back(std::get<Prepared>(*std::move(answer)));
        }
    }
    return examined;
}

boost::asio::awaitable<bool> DestinationFlow::admit_rows(Claimed claimed, Claimed beside) {
    auto first = examine(claimed.rows, claimed.claim);
    auto second = first ? examine(beside.rows, beside.claim) : Examined{};
    if (!first || !second) {
        const Error& error = first ? second.error() : first.error();
        trouble_.raise("examine", "reports cannot be examined",
                       {{"destination", settings_.name}, {"reason", error.message}});
        co_return false;
    }
    trouble_.clear("examine", "reports can be examined again", {{"destination", settings_.name}});
    auto events = std::make_shared<std::vector<audit::Event>>(disclosure_.records_of(first->prepared));
    if (!second->prepared.empty()) {
        auto more = disclosure_.records_of(second->prepared);
        std::ranges::move(more, std::back_inserter(*events));
    }
    if (!events->empty()) {
        std::function<Result<void>(store::ObservationStore&)> append =
            [events](store::ObservationStore& store) { return append_all(store, *events); };
        const auto written = co_await commit(parts_.writer, std::move(append));
        if (!written) {  // no disclosure without its record
            trouble_.raise("disclose", "disclosures cannot be recorded; nothing is sent",
                           {{"destination", settings_.name}, {"reason", written.error().message}});
            co_return false;
        }
        trouble_.clear("disclose", "disclosures can be recorded again", {{"destination", settings_.name}});
    }
    take_over(*std::move(first), claimed.claim);
    take_over(*std::move(second), beside.claim);
    co_return true;
}

void DestinationFlow::take_over(Examined examined, Claim claim) {
    for (auto& settlement : examined.settled)
        settle(std::move(settlement));
    for (const auto& lane : examined.done) {
        if (claim == Claim::parked) leave_memory(lane);
    }
    for (const auto& [lane, restricted] : examined.restricted)
        park_restricted(lane, restricted.subject, restricted.until);
    for (auto& one : examined.prepared) {
        claimed_.insert(one.row.report);
        // Its person may have been parked while the record was written.
        if (claim != Claim::parked && parked_.contains(one.lane)) {
            settle(behind_parked(one.row.report));
        } else {
            one.age = claim == Claim::fresh ? Age::fresh : Age::backlog;
            scheduler_.add(std::move(one));
        }
    }
    work_.notify();
}

}  // namespace edgeward::delivery
