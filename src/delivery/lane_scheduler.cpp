#include "lane_scheduler.hpp"

namespace edgeward::delivery {

std::size_t LaneScheduler::room() const noexcept {
    return waiting_.size() > window_ / 2 ? 0 : window_ - waiting_.size();
}

void LaneScheduler::add(Prepared report) {
    const std::uint64_t number = report.row.report;
    waiting_.emplace(number, std::move(report));
}

std::vector<Prepared> LaneScheduler::next(std::size_t most) {
    std::vector<Prepared> taken;
    std::set<std::string> lanes;
    for (auto place = waiting_.begin(); place != waiting_.end() && taken.size() < most;) {
        if (busy_.contains(place->second.lane)) {
            ++place;
            continue;
        }
        lanes.insert(place->second.lane);
        taken.push_back(std::move(place->second));
        place = waiting_.erase(place);
    }
    busy_.insert(lanes.begin(), lanes.end());
    return taken;
}

void LaneScheduler::put_back(std::vector<Prepared> reports) {
    for (auto& report : reports)
        add(std::move(report));
}

void LaneScheduler::release(const std::string& lane) {
    busy_.erase(lane);
}

std::vector<Prepared> LaneScheduler::remove(const std::string& lane) {
    std::vector<Prepared> removed;
    for (auto place = waiting_.begin(); place != waiting_.end();) {
        if (place->second.lane != lane) {
            ++place;
            continue;
        }
        removed.push_back(std::move(place->second));
        place = waiting_.erase(place);
    }
    return removed;
}

std::string lane_of(const store::Delivery& row) {
    if (!row.subject) return "device:" + row.device;
    return "person:" + std::string(text_of(row.subject->octets()));
}

}  // namespace edgeward::delivery
