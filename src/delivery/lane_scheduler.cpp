#include "lane_scheduler.hpp"

#include <algorithm>

namespace edgeward::delivery {
namespace {

Age other(Age age) noexcept {
    return age == Age::fresh ? Age::backlog : Age::fresh;
}

}  // namespace

std::size_t LaneScheduler::room(Age age) const noexcept {
    const std::size_t waiting = waiting_[index_of(age)];
    if (age == Age::fresh) return window_ / 4 - std::min(window_ / 4, waiting);
    return waiting > window_ / 2 ? 0 : window_ - waiting;
}

void LaneScheduler::show(Lanes::iterator lane) {
    if (lane->second.busy || lane->second.waiting.empty()) return;
    const auto& [number, head] = *lane->second.waiting.begin();
    heads_[index_of(head.age)].emplace(number, lane);
}

void LaneScheduler::hide(Lanes::iterator lane) {
    if (lane->second.busy || lane->second.waiting.empty()) return;
    const auto& [number, head] = *lane->second.waiting.begin();
    heads_[index_of(head.age)].erase(number);
}

void LaneScheduler::add(Prepared report) {
    const auto lane = lanes_.try_emplace(report.lane).first;
    hide(lane);
    ++waiting_[index_of(report.age)];
    const std::uint64_t number = report.row.report;
    lane->second.waiting.emplace(number, std::move(report));
    show(lane);
}

Prepared LaneScheduler::take_head(Lanes::iterator lane) {
    hide(lane);
    auto& waiting = lane->second.waiting;
    Prepared head = std::move(waiting.begin()->second);
    waiting.erase(waiting.begin());
    --waiting_[index_of(head.age)];
    show(lane);
    return head;
}

std::vector<Prepared> LaneScheduler::next(std::size_t most) {
    std::vector<Prepared> taken;
    std::vector<Lanes::iterator> lanes;
    while (taken.size() < most) {
        const auto* heads = &heads_[index_of(turn_)];
        if (heads->empty()) heads = &heads_[index_of(other(turn_))];
        if (heads->empty()) break;
        const auto lane = heads->begin()->second;
        taken.push_back(take_head(lane));
        lanes.push_back(lane);
        turn_ = other(turn_);
    }
    for (const auto& lane : lanes) {
        hide(lane);
        lane->second.busy = true;
    }
    return taken;
}

void LaneScheduler::put_back(std::vector<Prepared> reports) {
    for (auto& report : reports)
        add(std::move(report));
}

void LaneScheduler::release(const std::string& lane) {
    const auto place = lanes_.find(lane);
    if (place == lanes_.end()) return;
    place->second.busy = false;
    if (place->second.waiting.empty()) {
        lanes_.erase(place);
    } else {
        show(place);
    }
}

std::vector<Prepared> LaneScheduler::remove(const std::string& lane) {
    std::vector<Prepared> removed;
    const auto place = lanes_.find(lane);
    if (place == lanes_.end()) return removed;
    hide(place);
    for (auto& [number, report] : place->second.waiting) {
        --waiting_[index_of(report.age)];
        removed.push_back(std::move(report));
    }
    place->second.waiting.clear();
    if (!place->second.busy) lanes_.erase(place);
    return removed;
}

bool LaneScheduler::is_busy(const std::string& lane) const {
    const auto place = lanes_.find(lane);
    return place != lanes_.end() && place->second.busy;
}

bool LaneScheduler::empty() const noexcept {
    return waiting_[0] + waiting_[1] == 0;
}

std::string lane_of(const std::optional<model::Pseudonym>& subject, std::string_view device) {
    if (!subject) return "device:" + std::string(device);
    return "person:" + std::string(text_of(subject->octets()));
}

std::string lane_of(const store::Delivery& row) {
    return lane_of(row.subject, row.device);
}

}  // namespace edgeward::delivery
