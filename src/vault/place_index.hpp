#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace edgeward::vault {

// Where records are, by 32 evenly spread bits of their keys, 8 octets a slot (open addressing, linear
// probing). Keys stay with the records: who looks says which place is the right one. One thread at a time.
class PlaceIndex {
public:
    using Place = std::uint32_t;

    // The first place put under `bits` of which `is_it` says so.
    template <typename IsIt>
    [[nodiscard]] std::optional<Place> find(std::uint32_t bits, const IsIt& is_it) const {
        if (slots_.empty()) return std::nullopt;
        for (std::size_t at = home_of(bits); slots_[at].place != nowhere; at = next(at)) {
            if (slots_[at].bits == bits && is_it(slots_[at].place)) return slots_[at].place;
        }
        return std::nullopt;
    }

    void put(std::uint32_t bits, Place place) {
        if ((used_ + 1) * 8 > slots_.size() * 7) grow();
        insert({bits, place});
        ++used_;
    }

    // Nothing happens when `place` is not there under `bits`.
    void remove(std::uint32_t bits, Place place) {
        if (slots_.empty()) return;
        std::size_t gap = home_of(bits);
        while (slots_[gap].place != place) {
            if (slots_[gap].place == nowhere) return;
            gap = next(gap);
        }
        // Whoever stands behind the gap and may stand in it moves up: a search ends at the first free slot.
        for (std::size_t at = next(gap); slots_[at].place != nowhere; at = next(at)) {
            if (distance(home_of(slots_[at].bits), at) < distance(gap, at)) continue;
            slots_[gap] = slots_[at];
            gap = at;
        }
        slots_[gap] = {};
        --used_;
    }

    void clear() {
        slots_ = {};
        used_ = 0;
    }

    [[nodiscard]] std::size_t size() const noexcept { return used_; }

private:
    static constexpr Place nowhere = UINT32_MAX;
    static constexpr std::size_t fewest_slots = 64;
    struct Slot {
        std::uint32_t bits = 0;
        Place place = nowhere;
    };

    [[nodiscard]] std::size_t home_of(std::uint32_t bits) const noexcept {
        return bits & (slots_.size() - 1);
    }
    [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & (slots_.size() - 1); }
    [[nodiscard]] std::size_t distance(std::size_t from, std::size_t to) const noexcept {
        return (to - from) & (slots_.size() - 1);
    }

    void insert(Slot slot) {
        std::size_t at = home_of(slot.bits);
        while (slots_[at].place != nowhere)
            at = next(at);
        slots_[at] = slot;
    }

    void grow() {
        std::vector<Slot> before(slots_.empty() ? fewest_slots : slots_.size() * 2);
        before.swap(slots_);
        for (const auto& slot : before) {
            if (slot.place != nowhere) insert(slot);
        }
    }

    std::vector<Slot> slots_;  // a power of two; one in eight at least is free
    std::size_t used_ = 0;
};

}  // namespace edgeward::vault
