#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/model/age_band.hpp>
#include <edgeward/model/report.hpp>
#include <edgeward/policy/permit.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::delivery {

// Whether a report came while older ones waited on disk, or now.
enum class Age : std::uint8_t { backlog, fresh };

// A claimed report that policy lets through, ready to be rendered.
struct Prepared {
    store::Delivery row;   // `sealed` emptied
    model::Report report;  // reduced to what the destination may see
    policy::Permit permit;
    std::string lane;  // its person, or its device when it has none
    Age age = Age::backlog;
    std::optional<model::AgeBand> years = {};  // of the person; anonymised only
    // Of the whole report, for deciding once more before it is sent.
    std::string ward = {};
    Instant measured = {};
};

// Which reports may be sent next: those of one lane in storage order and never two sends of one lane at once;
// among the lanes the oldest first, in turns from those with a fresh report at their head and those with an
// old one, so that neither waits for the other. Pure; one thread.
class LaneScheduler {
public:
    // `window`: most reports of the backlog in memory; a quarter more is kept for fresh ones.
    explicit LaneScheduler(std::size_t window) : window_(window) {}

    // Room for more reports: of the backlog, when half the window is free.
    [[nodiscard]] std::size_t room(Age age) const noexcept;
    void add(Prepared report);
    // At most `most` reports whose lanes are free; several of one lane stay in order. Their lanes are busy
    // until release().
    std::vector<Prepared> next(std::size_t most);
    // Puts reports back in their places, e.g. after a failed send. Their lanes stay busy until release().
    void put_back(std::vector<Prepared> reports);
    void release(const std::string& lane);
    // Takes every waiting report of a lane out, in order.
    std::vector<Prepared> remove(const std::string& lane);
    [[nodiscard]] bool is_busy(const std::string& lane) const;
    [[nodiscard]] bool empty() const noexcept;

private:
    struct Lane {
        std::map<std::uint64_t, Prepared> waiting;  // by report number
        bool busy = false;
    };
    using Lanes = std::map<std::string, Lane>;  // heads_ keeps places in it: they must outlast insertions

    static std::size_t index_of(Age age) noexcept { return static_cast<std::size_t>(age); }
    void show(Lanes::iterator lane);  // its head may be taken
    void hide(Lanes::iterator lane);
    Prepared take_head(Lanes::iterator lane);

    std::size_t window_;
    Lanes lanes_;                                                    // busy, or with waiting reports
    std::array<std::map<std::uint64_t, Lanes::iterator>, 2> heads_;  // of free lanes, by age and number
    std::array<std::size_t, 2> waiting_{};                           // reports by age
    Age turn_ = Age::fresh;
};

// The lane of a row: one per person, one per device for reports without a person.
std::string lane_of(const store::Delivery& row);
std::string lane_of(const std::optional<model::Pseudonym>& subject, std::string_view device);

}  // namespace edgeward::delivery
