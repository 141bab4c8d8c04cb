#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace edgeward::load {

// What a bedside monitor sends, as mapping monitor_flat reads it: time, sequence, patient and seven values. A
// longer payload has, beside the same values, what a vendor's format carries and no mapping lists. Made once;
// each message changes digits only.
class Payload {
public:
    Payload(std::size_t size, std::size_t persons);

    // Valid until the next call.
    std::string_view text(std::size_t number, std::int64_t measured_ms);

private:
    void put_number(std::size_t at, std::size_t digits, std::uint64_t value);

    std::size_t persons_;
    std::string text_;
    std::size_t time_, sequence_, patient_, heart_rate_;
    std::int64_t second_ = -1;
};

}  // namespace edgeward::load
