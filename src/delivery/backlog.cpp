#include "backlog.hpp"

#include <algorithm>

namespace edgeward::delivery {

void Backlog::claim_through(std::uint64_t report) {
    claimed_ = std::max(claimed_, report);
    if (open_ && claimed_ < seen_) return;
    seen_ = std::max(seen_, claimed_);
    open_ = false;
    surveyed_ = false;
    newest_ = {};
}

void Backlog::begin(std::uint64_t newest) {
    if (open_) return;
    open_ = true;
    surveyed_ = false;
    seen_ = claimed_;
    end_ = newest;
    newest_.assign(slots, 0);
}

void Backlog::end_reached() noexcept {
    surveyed_ = true;
    seen_ = std::max(seen_, end_);
}

void Backlog::fall_behind(std::uint64_t newest) noexcept {
    surveyed_ = false;
    end_ = newest;
}

void Backlog::leave(std::string_view lane, std::uint64_t report) {
    seen_ = report;
    std::uint64_t& newest = newest_[slot_of(lane)];
    newest = std::max(newest, report);
}

bool Backlog::holds(std::string_view lane) const {
    return open_ && newest_[slot_of(lane)] > claimed_;
}

}  // namespace edgeward::delivery
