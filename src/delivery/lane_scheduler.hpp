#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <edgeward/model/report.hpp>
#include <edgeward/policy/permit.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::delivery {

// A claimed report that policy lets through, ready to be rendered.
struct Prepared {
    store::Delivery row;   // `sealed` emptied
    model::Report report;  // reduced to what the destination may see
    policy::Permit permit;
    std::string lane;  // its person, or its device when it has none
};

// Which reports may be sent next: in storage order, never two of one person at once, at most `window` in
// memory. Pure; one thread.
class LaneScheduler {
public:
    explicit LaneScheduler(std::size_t window) : window_(window) {}

    // Room for more reports: fetch when half the window is free.
    [[nodiscard]] std::size_t room() const noexcept;
    void add(Prepared report);
    // The oldest reports whose lanes are free, at most `most`; several of one lane stay in order. Their lanes
    // are busy until release().
    std::vector<Prepared> next(std::size_t most);
    // Puts reports back in their places, e.g. after a failed send. Their lanes stay busy until release().
    void put_back(std::vector<Prepared> reports);
    void release(const std::string& lane);
    // Takes every waiting report of a lane out, in order.
    std::vector<Prepared> remove(const std::string& lane);
    [[nodiscard]] bool is_busy(const std::string& lane) const { return busy_.contains(lane); }
    [[nodiscard]] bool empty() const noexcept { return waiting_.empty(); }

private:
    std::size_t window_;
    std::map<std::uint64_t, Prepared> waiting_;  // by report number
    std::set<std::string> busy_;
};

// The lane of a row: one per person, one per device for reports without a person.
std::string lane_of(const store::Delivery& row);

}  // namespace edgeward::delivery
