#include "reassignment_keeper.hpp"

#include <algorithm>

#include <edgeward/core/log.hpp>
#include <edgeward/model/bed.hpp>
#include <edgeward/pipeline/reassignment.hpp>
#include <edgeward/store/report_seal.hpp>

namespace edgeward::app {
namespace {

constexpr std::size_t looked_at_once = 2048;
constexpr std::size_t moved_at_once = 100;
constexpr std::chrono::milliseconds rest{5};  // between stretches: deliveries read on the same connection
// A device's clock may be ahead of ours, so that a report was received before it was measured.
constexpr std::chrono::hours clock_ahead{24};

}  // namespace

ReassignmentKeeper::ReassignmentKeeper(Parts parts)
    : parts_(std::move(parts)),
      moved_(parts_.metrics.counter(
          "edgeward_reports_reassigned_total",
          "Stored reports that a later movement took back from the person they were given to.")) {}

void ReassignmentKeeper::start() {
    thread_.start([this] { return pass().map([](std::uint64_t) {}); });
}

void ReassignmentKeeper::stop() {
    thread_.stop();
}

// A message decoded before the movement was known may be stored only now. False: the gateway stops.
bool ReassignmentKeeper::wait_for_what_is_under_way() {
    const std::uint64_t taken = parts_.pipeline.taken();
    while (parts_.pipeline.ended() < taken) {
        if (!thread_.pause(std::chrono::milliseconds(20))) return false;
    }
    return true;
}

Result<std::uint64_t> ReassignmentKeeper::pass() {
    std::uint64_t moved = 0;
    while (!thread_.stopping()) {
        const auto change = parts_.vault.unexamined_change();
        if (!change) return failure(change.error());
        if (!*change) break;
        if (!wait_for_what_is_under_way()) break;
        auto examined = examine(**change);
        if (!examined) return examined;
        if (thread_.stopping()) break;  // it was not looked at to its end
        moved += *examined;
        if (auto done = parts_.vault.change_examined((*change)->id); !done)
            return failure(std::move(done.error()));
    }
    if (moved > 0) log::info("stored reports were given to whom they are", {{"reports", moved}});
    return moved;
}

Result<std::set<std::string>> ReassignmentKeeper::devices_of(const vault::PlaceChange& change) const {
    if (!change.device.empty()) return std::set<std::string>{change.device};
    const auto placed = parts_.vault.devices_at(change.bed, change.from, change.until);
    if (!placed) return failure(placed.error());
    std::set<std::string> devices(placed->begin(), placed->end());
    for (const auto& [id, device] : parts_.pipeline.catalogue()->devices.all()) {
        if (pipeline::fixed_bed_of(device) == change.bed) devices.insert(id);
    }
    return devices;
}

Result<std::uint64_t> ReassignmentKeeper::examine(const vault::PlaceChange& change) {
    if (change.from > parts_.clock.now()) return 0;
    const auto devices = devices_of(change);
    if (!devices) return failure(devices.error());
    std::uint64_t moved = 0;
    for (const auto& device : *devices) {
        auto examined = examine(device, change);
        if (!examined) return examined;
        moved += *examined;
    }
    return moved;
}

Result<std::uint64_t> ReassignmentKeeper::examine(const std::string& device,
                                                  const vault::PlaceChange& change) {
    const auto catalogue = parts_.pipeline.catalogue();
    const device::Device* known = catalogue->devices.find(device);
    const bool at_bed = known != nullptr && known->at_bed;
    auto after = parts_.reader.received_before(change.from - clock_ahead);
    if (!after) return after;
    std::uint64_t moved = 0;
    for (std::uint64_t looked_to = *after; !thread_.stopping();) {
        const auto found = parts_.reader.standing(device, looked_to, change.from,
                                                  change.until.value_or(Instant::max()), looked_at_once);
        if (!found) return failure(found.error());
        std::vector<Move> moves;
        for (const auto& row : found->reports) {
            auto made = move_of(row, at_bed);
            if (!made) return failure(std::move(made.error()));
            if (*made) moves.push_back(**std::move(made));
        }
        auto done = move(moves);
        if (!done) return done;
        moved += *done;
        if (found->looked_to == 0) break;
        looked_to = found->looked_to;
        thread_.pause(rest);
    }
    return moved;
}

Result<std::optional<ReassignmentKeeper::Move>> ReassignmentKeeper::move_of(const store::Delivery& row,
                                                                            bool at_bed) const {
    const auto before = parts_.vault.subject(*row.subject);
    if (!before) return failure(before.error());
    if (!*before) return std::nullopt;  // erased
    auto opened = store::open_report(row, *(*before)->data_key);
    if (!opened) {
        log::error("a stored report does not open", {{"report", row.report}});
        return std::nullopt;
    }
    if (!opened->by_place || opened->takes_back) return std::nullopt;
    // Where it stood when the report came, not where the configuration puts it today.
    const std::string bed = at_bed ? model::bed_name(opened->location) : std::string();
    const auto now = parts_.vault.subject_at(row.device, model::effective_time(opened->observations), bed);
    // Two at once: it stays where it is until somebody tells which.
    if (!now && now.error().kind == ErrorKind::invalid_input) return std::nullopt;
    if (!now) return failure(now.error());
    if (*now) {
        const auto same = parts_.vault.same_person(*row.subject, (*now)->pseudonym);
        if (!same) return failure(same.error());
        if (*same) return std::nullopt;
    }
    auto report = pipeline::about_person(*std::move(opened));
    if (!report) return std::nullopt;
    alarm::TakenBack taken{*row.subject, row.device, {}};
    for (const auto& observation : report->observations)
        taken.measured.push_back(observation.effective.utc);
    store::Reassignment made;
    made.report = row.report;
    made.taken_back = store::seal_report(pipeline::taken_back(*report, row.report), *(*before)->data_key);
    if (*now) {
        made.instead =
            store::seal_report(pipeline::given_to(*std::move(report), (*now)->pseudonym), *(*now)->data_key);
    } else {
        made.instead = pipeline::held(*report, parts_.quarantine_key);
    }
    return Move{std::move(made), std::move(taken)};
}

Result<std::uint64_t> ReassignmentKeeper::move(const std::vector<Move>& moves) {
    std::uint64_t moved = 0;
    for (std::size_t begin = 0; begin < moves.size(); begin += moved_at_once) {
        const std::size_t end = std::min(begin + moved_at_once, moves.size());
        std::vector<store::Reassignment> some;
        for (std::size_t i = begin; i < end; ++i)
            some.push_back(moves[i].reassignment);
        std::vector<std::uint64_t> done;
        auto written = parts_.writer.run([&](store::ObservationStore& store) -> Result<void> {
            auto reassigned = store.reassign(some);
            if (!reassigned) return failure(std::move(reassigned.error()));
            done = *std::move(reassigned);
            return {};
        });
        if (!written) return failure(std::move(written.error()));
        moved += done.size();
        if (!done.empty()) parts_.taken_back(done);
        for (std::size_t i = begin; i < end; ++i) {
            if (std::ranges::find(done, moves[i].reassignment.report) != done.end())
                parts_.alarms(moves[i].taken);
        }
    }
    moved_.add(static_cast<double>(moved));
    if (moved > 0) parts_.held();
    return moved;
}

}  // namespace edgeward::app
