#include "backlog.hpp"

#include <algorithm>
#include <bit>

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
    newest_.assign(tables * slots, 0);
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
    for (const auto slot : slots_of(lane))
        newest_[slot] = std::max(newest_[slot], report);
}

std::array<std::size_t, Backlog::tables> Backlog::slots_of(std::string_view lane) {
    static_assert(sizeof(std::size_t) * 8 >= (std::bit_width(slots) - 1) * tables);
    std::size_t hash = std::hash<std::string_view>{}(lane);
    std::array<std::size_t, tables> found{};
    for (std::size_t table = 0; table < tables; ++table, hash /= slots)
        found[table] = table * slots + hash % slots;
    return found;
}

bool Backlog::holds(std::string_view lane) const {
    const auto later = [this](std::size_t slot) { return newest_[slot] > claimed_; };
    return open_ && std::ranges::all_of(slots_of(lane), later);
}

}  // namespace edgeward::delivery
