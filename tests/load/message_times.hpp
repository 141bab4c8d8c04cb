#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// When something happened to each message of a run. A message is known by its time of measurement: message
// number n carries `base` + n milliseconds, at every place it passes.
namespace edgeward::load {

class MessageTimes {
public:
    MessageTimes(std::int64_t base_ms, std::size_t count) : base_(base_ms), times_(count) {}

    // The first time counts. Message numbers outside the run are passed over.
    void note(std::int64_t measured_ms, std::uint64_t at_ns);
    [[nodiscard]] std::size_t noted() const { return noted_; }
    // Nanoseconds of CLOCK_MONOTONIC, 8 octets each in this machine's order; 0: never.
    void write(const std::string& file) const;

private:
    std::int64_t base_;
    std::vector<std::uint64_t> times_;
    std::size_t noted_ = 0;
};

// Milliseconds since 1970 of 2026-11-23T19:48:00[.123][Z|+01:00] and of 20261123194800[.123][+0100]; -1 for
// other text.
std::int64_t milliseconds_of_text(std::string_view text);
// 2026-11-23T19:48:00.123Z
std::string text_of_milliseconds(std::int64_t milliseconds);

}  // namespace edgeward::load
