#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace edgeward::delivery {

// Two places in the queue of one destination, so that what comes in now does not wait behind what piled up:
// old reports are claimed in order at one of them, fresh ones at the other. Between the two lies the backlog.
//
// A fresh report may overtake the backlog only if nothing of its lane is in it. Which lanes are, is kept in
// tables of fixed size: a slot for each hash holds the newest report seen of the lanes that fall on it, and
// the oldest of a lane's slots counts (a count-min sketch). Lanes that share all their slots with others
// share the longer wait, and nothing else happens: order holds whatever the hash does.
//
// Pure; one thread.
class Backlog {
public:
    // Old reports are claimed behind this number.
    [[nodiscard]] std::uint64_t claimed() const noexcept { return claimed_; }
    // Everything up to this number was looked at.
    [[nodiscard]] std::uint64_t seen() const noexcept { return seen_; }
    // There is more than fits into memory: the queue is looked through beyond what is claimed.
    [[nodiscard]] bool open() const noexcept { return open_; }
    // The last report that belongs to it, unless its lane has older ones in it.
    [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
    // All of it was looked at: what comes behind seen() is fresh.
    [[nodiscard]] bool surveyed() const noexcept { return surveyed_; }

    void claim_through(std::uint64_t report);
    // Old reports could not be claimed after all.
    void back_to(std::uint64_t report) { claimed_ = report; }

    // From here on the queue is looked through ahead of the claims, up to `newest`: the last report there is
    // now. What comes in while that goes on does not belong to the backlog.
    void begin(std::uint64_t newest);
    void end_reached() noexcept;
    // More came in than could be claimed as fresh: what there is now belongs to the backlog.
    void fall_behind(std::uint64_t newest) noexcept;
    // A report behind seen() stays in the backlog.
    void leave(std::string_view lane, std::uint64_t report);
    // A report behind seen() is claimed as fresh.
    void pass(std::uint64_t report) { seen_ = report; }
    // Fresh ones could not be claimed after all.
    void look_again_from(std::uint64_t report) { seen_ = report; }
    // Whether an older report of this lane is not claimed yet.
    [[nodiscard]] bool holds(std::string_view lane) const;

private:
    static constexpr std::size_t tables = 4;
    static constexpr std::size_t slots = 1U << 14U;  // of each; 512 KiB, while there is a backlog
    // One in each table, by bits of the hash of their own.
    [[nodiscard]] static std::array<std::size_t, tables> slots_of(std::string_view lane);

    std::uint64_t claimed_ = 0;
    std::uint64_t seen_ = 0;
    std::uint64_t end_ = 0;
    bool open_ = false;
    bool surveyed_ = false;
    std::vector<std::uint64_t> newest_;  // by table and slot
};

}  // namespace edgeward::delivery
