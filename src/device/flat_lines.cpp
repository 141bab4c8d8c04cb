#include <edgeward/device/flat_lines.hpp>

#include <algorithm>
#include <utility>

namespace edgeward::device {
namespace {

constexpr std::uint32_t learned_runs = 100;
constexpr std::uint64_t times_longer = 5;
constexpr std::uint64_t least_values = 30;  // of an unusual run
constexpr std::uint32_t becomes_usual = 3;

}  // namespace

void FlatLines::go_on(Line& line) {
    ++line.run;
    if (line.flat || line.runs < learned_runs) return;
    line.flat = line.run >= std::max(times_longer * line.longest, least_values);
    if (line.flat) ++flat_;
}

void FlatLines::end(Line& line) {
    const std::uint64_t run = std::exchange(line.run, 0);
    line.runs = std::min(line.runs + 1, learned_runs);
    if (std::exchange(line.flat, false)) {
        --flat_;
        if (++line.unusual < becomes_usual) return;
        line.unusual = 0;
    }
    line.longest = std::max(line.longest, run);
}

void FlatLines::see(const std::vector<ChannelValue>& values) {
    for (const auto& [channel, value] : values) {
        auto place = lines_.find(channel);
        if (place == lines_.end()) {
            if (lines_.size() >= channels_watched) continue;
            place = lines_.try_emplace(channel).first;
        }
        Line& line = place->second;
        if (line.run > 0 && line.value != value) end(line);
        line.value = value;
        go_on(line);
    }
}

}  // namespace edgeward::device
