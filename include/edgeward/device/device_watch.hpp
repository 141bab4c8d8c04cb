#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/device/device_registry.hpp>
#include <edgeward/device/flat_lines.hpp>

// Watches over the messages of devices: what is missing, doubled or late, whose clock is off, who fell
// silent.
namespace edgeward::device {

// [watch].
struct WatchSettings {
    std::chrono::milliseconds period = std::chrono::seconds(60);       // over which messages are counted
    double sensitivity = 3;                                            // standard deviations from the mean
    std::chrono::milliseconds stale_after = std::chrono::minutes(15);  // without any message
    std::chrono::milliseconds clock_limit = std::chrono::seconds(60);  // between device clock and ours
};
WatchSettings read_watch_settings(config::Section section);

// What can be the matter with a device. Each is noticed once, goes on being counted, and clears by itself.
enum class Condition : std::uint8_t {
    gap,           // sequence numbers are missing
    duplicate,     // a sequence number came twice, and not because the broker repeated it
    out_of_order,  // a sequence number came after a higher one
    clock,         // the device's clock differs from ours by more than clock_limit
    rate,          // more or fewer messages than learned
    silent,        // none, where some were learned to be expected
    stale,         // none for longer than stale_after: its values are not of now
    flat,          // a value stands still for longer than is usual for it
};
inline constexpr std::size_t conditions = 8;
std::string_view name_of(Condition condition) noexcept;

// One message of a registered device.
struct Sighting {
    std::string device;
    Instant received{};
    std::optional<Instant> measured;       // by the device's own clock
    std::vector<std::uint64_t> sequences;  // of what the message holds, in order
    bool redelivered = false;              // by the broker
    std::vector<ChannelValue> values = {};
};

// A condition that began or ended.
struct Notice {
    std::string device;
    Condition condition = Condition::gap;
    bool began = true;
    std::uint64_t count = 0;  // of what was noticed since it began: missing messages, periods, …
};

// Everything known of one device. What survives a restart is this without what concerns the running period.
struct Watched {
    std::string device;
    std::optional<Instant> received;        // the newest message
    std::optional<std::uint64_t> sequence;  // the highest number
    std::uint64_t recent = 0;               // bit n: number sequence - n has come
    std::uint64_t missing = 0, duplicates = 0, out_of_order = 0, restarts = 0;
    std::optional<std::int64_t> clock_offset;         // milliseconds; device ahead: positive
    std::uint32_t stretch = 1;                        // periods that make one count, for slow devices
    std::uint32_t learned = 0;                        // counts learned from, up to 10
    double mean = 0, squares = 0;                     // of those counts; squares: sum of squared differences
    std::uint32_t raised = 0;                         // bit n: condition n
    std::array<std::uint64_t, conditions> counted{};  // since each began

    [[nodiscard]] bool has(Condition condition) const noexcept {
        return (raised >> static_cast<unsigned>(condition) & 1U) != 0;
    }
};

// Whether its rate is known: `mean` messages in `stretch` periods.
[[nodiscard]] bool is_learned(const Watched& known) noexcept;

// Sequence: numbers grow by one (IHE SDPi R1005); one that is far below the highest, 0 or 1 is a restart of
// the device, not an error. Clock: the smallest difference between receiving and measuring in a period, so
// that what a device had buffered does not count; beyond the limit in two periods in a row. Rate: mean and
// standard deviation of the first ten counts; noticed after two counts in a row out of range, cleared by one
// within; learned anew after ten in a row. A device that sends less than three messages a period is counted
// over longer stretches. While nothing is listened to, nothing is judged. Values: FlatLines, which learns
// anew after a restart.
//
// Pure; one thread. Memory: one Watched and the channels of FlatLines for each registered device that was
// ever seen.
class DeviceWatch {
public:
    explicit DeviceWatch(const WatchSettings& settings) : settings_(settings) {}

    // Devices that are not registered any more are forgotten.
    void keep(const DeviceRegistry& devices);
    // What was known before a restart. `exact` false: it may be older than the last messages, so the first
    // number of each device is not judged as a gap.
    void recall(std::vector<Watched> known, bool exact);

    std::vector<Notice> see(const Sighting& sighting);
    // So many messages of the device are missing, by numbers that are not judged here.
    std::vector<Notice> miss(const std::string& device, std::uint64_t count);
    // Regularly, more often than once a period. `listening`: messages could have come since the last call.
    std::vector<Notice> tick(Instant now, bool listening);

    [[nodiscard]] std::vector<Watched> all() const;
    // Those changed since the last call.
    std::vector<Watched> changed();

private:
    struct Device {
        Watched known;
        bool changed = false;
        bool unsure = false;  // its sequence may be older than what came
        std::uint64_t messages = 0;
        std::optional<std::int64_t> least_delay;  // milliseconds, in this period
        std::uint32_t periods = 0;                // of the running count
        bool partial = true;                      // the running count began in mid-period
        std::uint32_t odd_clocks = 0, odd_counts = 0, empty_counts = 0;  // in a row
        std::array<std::uint32_t, conditions> quiet{};                   // periods without it
        FlatLines lines;
    };
    using Notices = std::vector<Notice>;

    static void judge_sequence(Device& device, std::uint64_t number, bool redelivered, Notices& notices);
    static void judge_values(Device& device, const std::vector<ChannelValue>& values, Notices& notices);
    static void judge_late(Device& device, std::uint64_t back, bool redelivered, Notices& notices);
    void end_period(Device& device, Notices& notices);
    void judge_clock(Device& device, Notices& notices);
    void judge_count(Device& device, Notices& notices);
    static void learn(Device& device);
    static void raise(Device& device, Condition condition, std::uint64_t count, Notices& notices);
    static void clear(Device& device, Condition condition, Notices& notices);
    void begin_period(Instant now);
    Device& device_named(const std::string& name);

    WatchSettings settings_;
    std::map<std::string, Device, std::less<>> devices_;
    std::optional<Instant> period_began_;
    std::optional<Instant> ticked_;
    std::optional<Instant> listening_since_;
};

}  // namespace edgeward::device
