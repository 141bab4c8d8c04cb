#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

// Values that stand still: a sensor that hangs, a cable that is off, a number that is only repeated.
namespace edgeward::device {

// One number that a device measured, as digests: what it is, and how much. Neither can be read from them.
struct ChannelValue {
    std::uint64_t channel = 0;
    std::uint64_t value = 0;
};

inline constexpr std::size_t channels_watched = 64;  // of one device, those that came first

// The channels of one device. Learns for each how long its value usually stays the same: the longest of the
// first hundred runs of equal values, and of all usual ones after them. A run of five times that, and of
// thirty values or more, is unusual. Where a value repeats by chance p, a run reaches n values with p^n and
// the longest of a hundred has about log(100)/log(1/p), so that chance makes one run of 10^8 unusual,
// whatever p is. A channel that has not changed a hundred times is not judged: some stand still by nature.
// When an unusual run has ended for the third time it is usual.
//
// Pure; one thread. Memory: channels_watched entries.
class FlatLines {
public:
    // The values of one message, in order.
    void see(const std::vector<ChannelValue>& values);
    // How many channels stand still for longer than is usual.
    [[nodiscard]] std::size_t flat() const noexcept { return flat_; }

private:
    struct Line {
        std::uint64_t value = 0;
        std::uint64_t run = 0;      // of equal values up to now
        std::uint64_t longest = 0;  // run that was usual
        std::uint32_t runs = 0;     // that have ended, up to a hundred
        std::uint32_t unusual = 0;  // runs that have ended, since the last became usual
        bool flat = false;
    };
    void go_on(Line& line);
    void end(Line& line);

    std::map<std::uint64_t, Line> lines_;
    std::size_t flat_ = 0;
};

}  // namespace edgeward::device
