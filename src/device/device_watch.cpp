#include <edgeward/device/device_watch.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace edgeward::device {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t window = 64;            // numbers below the highest that may still come
constexpr std::uint64_t largest_gap = 100'000;  // a longer step is a counter that was set anew
constexpr std::uint32_t learned_counts = 10;
constexpr std::uint32_t in_a_row = 2;
constexpr std::uint32_t quiet_periods = 10;  // after which a sequence condition is over
constexpr double least_mean = 3;             // messages in a count; fewer say nothing about silence
constexpr std::uint32_t longest_stretch = 64;

constexpr std::array<std::string_view, conditions> names{"gap",  "duplicate", "out_of_order", "clock",
                                                         "rate", "silent",    "stale",        "flat"};

std::size_t index_of(Condition condition) noexcept {
    return static_cast<std::size_t>(condition);
}

}  // namespace

std::string_view name_of(Condition condition) noexcept {
    return names.at(index_of(condition));
}

bool is_learned(const Watched& known) noexcept {
    return known.learned >= learned_counts;
}

WatchSettings read_watch_settings(config::Section section) {
    using std::chrono::hours;
    using std::chrono::seconds;
    WatchSettings settings;
    settings.period = section.duration("period", settings.period, seconds(1), hours(1));
    settings.sensitivity = section.number("sensitivity", settings.sensitivity, 1, 10);
    settings.stale_after = section.duration("stale_after", settings.stale_after, seconds(5), hours(24 * 7));
    settings.clock_limit = section.duration("clock_limit", settings.clock_limit, seconds(1), hours(24));
    return settings;
}

void DeviceWatch::keep(const DeviceRegistry& registry) {
    for (auto place = devices_.begin(); place != devices_.end();)
        place = registry.find(place->first) == nullptr ? devices_.erase(place) : std::next(place);
}

void DeviceWatch::recall(std::vector<Watched> known, bool exact) {
    for (Watched& one : known) {
        Device& device = devices_[one.device];
        device.unsure = !exact;
        device.known = std::move(one);
    }
}

void DeviceWatch::raise(Device& device, Condition condition, std::uint64_t count, Notices& notices) {
    const std::size_t index = index_of(condition);
    device.quiet[index] = 0;
    device.known.counted[index] += count;
    if (device.known.has(condition)) return;
    device.known.raised |= 1U << index;
    notices.push_back({device.known.device, condition, true, device.known.counted[index]});
}

void DeviceWatch::clear(Device& device, Condition condition, Notices& notices) {
    if (!device.known.has(condition)) return;
    const std::size_t index = index_of(condition);
    device.known.raised &= ~(1U << index);
    notices.push_back({device.known.device, condition, false, device.known.counted[index]});
    device.known.counted[index] = 0;
    device.changed = true;
}

void DeviceWatch::judge_late(Device& device, std::uint64_t back, bool redelivered, Notices& notices) {
    const std::uint64_t bit = std::uint64_t{1} << back;
    if ((device.known.recent & bit) == 0) {
        device.known.recent |= bit;
        ++device.known.out_of_order;
        raise(device, Condition::out_of_order, 1, notices);
    } else if (!redelivered) {
        ++device.known.duplicates;
        raise(device, Condition::duplicate, 1, notices);
    }
}

void DeviceWatch::judge_sequence(Device& device, std::uint64_t number, bool redelivered, Notices& notices) {
    Watched& known = device.known;
    const bool unsure = std::exchange(device.unsure, false);
    const bool first = !known.sequence;
    const std::uint64_t highest = known.sequence.value_or(number);
    if (!first && number <= highest && highest - number < window && (number > 1 || number == highest))
        return judge_late(device, highest - number, redelivered, notices);
    const std::uint64_t step = number - std::min(number, highest);
    const bool restart = !first && (step == 0 || step > largest_gap);
    if (restart) ++known.restarts;
    if (!first && !restart && step > 1 && !unsure) {
        known.missing += step - 1;
        raise(device, Condition::gap, step - 1, notices);
    }
    known.recent = first || restart || step >= window ? 1 : known.recent << step | 1U;
    known.sequence = number;
}

void DeviceWatch::judge_values(Device& device, const std::vector<ChannelValue>& values, Notices& notices) {
    const std::size_t before = device.lines.flat();
    device.lines.see(values);
    const std::size_t flat = device.lines.flat();
    if (flat > before) raise(device, Condition::flat, flat - before, notices);
    if (flat == 0) clear(device, Condition::flat, notices);
}

DeviceWatch::Device& DeviceWatch::device_named(const std::string& name) {
    Device& device = devices_.try_emplace(name).first->second;
    device.known.device = name;
    return device;
}

std::vector<Notice> DeviceWatch::miss(const std::string& name, std::uint64_t count) {
    Notices notices;
    Device& device = device_named(name);
    device.changed = true;
    device.known.missing += count;
    raise(device, Condition::gap, count, notices);
    return notices;
}

std::vector<Notice> DeviceWatch::see(const Sighting& sighting) {
    Notices notices;
    Device& device = device_named(sighting.device);
    device.known.received = sighting.received;
    device.changed = true;
    ++device.messages;
    clear(device, Condition::stale, notices);
    clear(device, Condition::silent, notices);
    if (sighting.measured && *sighting.measured != sighting.received) {
        const std::int64_t delay = (sighting.received - *sighting.measured).count();
        device.least_delay = std::min(device.least_delay.value_or(delay), delay);
    }
    for (const std::uint64_t number : sighting.sequences)
        judge_sequence(device, number, sighting.redelivered, notices);
    if (!sighting.redelivered) judge_values(device, sighting.values, notices);
    return notices;
}

void DeviceWatch::begin_period(Instant now) {
    period_began_ = now;
    for (auto& [name, device] : devices_) {
        device.messages = 0;
        device.periods = 0;
        device.least_delay.reset();
        device.partial = false;
    }
}

void DeviceWatch::learn(Device& device) {
    Watched& known = device.known;
    ++known.learned;
    const double count = static_cast<double>(device.messages);
    const double before = count - known.mean;
    known.mean += before / known.learned;
    known.squares += before * (count - known.mean);
    if (known.learned < learned_counts || known.mean >= least_mean || known.stretch >= longest_stretch)
        return;
    known.stretch *= 2;
    known.learned = 0;
    known.mean = known.squares = 0;
}

void DeviceWatch::judge_count(Device& device, Notices& notices) {
    Watched& known = device.known;
    if (!is_learned(known)) return learn(device);
    const double deviation = std::max({std::sqrt(known.squares / learned_counts), 1.0, known.mean / 20});
    const bool odd =
        std::abs(static_cast<double>(device.messages) - known.mean) > settings_.sensitivity * deviation;
    const bool empty = device.messages == 0 && known.mean >= least_mean;
    device.odd_counts = odd ? device.odd_counts + 1 : 0;
    device.empty_counts = empty ? device.empty_counts + 1 : 0;
    if (device.empty_counts >= in_a_row) {
        raise(device, Condition::silent, 1, notices);
        clear(device, Condition::rate, notices);
        return;
    }
    if (!odd) clear(device, Condition::rate, notices);
    if (device.odd_counts >= in_a_row && !empty) raise(device, Condition::rate, 1, notices);
    if (device.odd_counts < learned_counts || empty) return;
    // It is like that now: learned anew.
    clear(device, Condition::rate, notices);
    known.learned = 0;
    known.mean = known.squares = 0;
    known.stretch = 1;
    device.odd_counts = 0;
}

void DeviceWatch::judge_clock(Device& device, Notices& notices) {
    if (!device.least_delay) return;
    device.known.clock_offset = -*device.least_delay;
    const bool odd = std::abs(*device.least_delay) > settings_.clock_limit.count();
    device.odd_clocks = odd ? device.odd_clocks + 1 : 0;
    if (!odd) clear(device, Condition::clock, notices);
    if (device.odd_clocks >= in_a_row) raise(device, Condition::clock, 1, notices);
    device.least_delay.reset();
}

void DeviceWatch::end_period(Device& device, Notices& notices) {
    device.changed = true;
    judge_clock(device, notices);
    for (const Condition condition : {Condition::gap, Condition::duplicate, Condition::out_of_order}) {
        if (device.known.has(condition) && ++device.quiet[index_of(condition)] > quiet_periods)
            clear(device, condition, notices);
    }
    if (device.partial) {
        device.partial = false;
        device.messages = 0;
        device.periods = 0;
        return;
    }
    if (++device.periods < device.known.stretch) return;
    judge_count(device, notices);
    device.messages = 0;
    device.periods = 0;
}

std::vector<Notice> DeviceWatch::tick(Instant now, bool listening) {
    Notices notices;
    // Nobody looked for half a period, or the clock was set: what was counted says nothing.
    const bool interrupted = !ticked_ || now < *ticked_ || now - *ticked_ > settings_.period / 2;
    ticked_ = now;
    if (!listening) listening_since_.reset();
    if (!listening || interrupted || !period_began_) {
        begin_period(now);
        if (listening && (!listening_since_ || now < *listening_since_)) listening_since_ = now;
        return notices;
    }
    if (!listening_since_) listening_since_ = now;
    for (auto& [name, device] : devices_) {
        if (!device.known.received) continue;
        const Instant since = std::max(*device.known.received, *listening_since_);
        if (now - since > settings_.stale_after && !device.known.has(Condition::stale)) {
            raise(device, Condition::stale, 1, notices);
            device.changed = true;
        }
    }
    if (now - *period_began_ < settings_.period) return notices;
    period_began_ = now;
    for (auto& [name, device] : devices_)
        end_period(device, notices);
    return notices;
}

std::vector<Watched> DeviceWatch::all() const {
    std::vector<Watched> known;
    known.reserve(devices_.size());
    for (const auto& [name, device] : devices_)
        known.push_back(device.known);
    return known;
}

std::vector<Watched> DeviceWatch::changed() {
    std::vector<Watched> known;
    for (auto& [name, device] : devices_) {
        if (std::exchange(device.changed, false)) known.push_back(device.known);
    }
    return known;
}

}  // namespace edgeward::device
