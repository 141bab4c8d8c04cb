#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace edgeward::load {

// What a message is about.
// numerics  time, sequence, patient and seven values of a bedside monitor, as mapping monitor_flat reads
//           them; a longer payload has, beside these, what a vendor's format carries and no mapping lists
// numeric   the same with one value; `size` is not asked
// waveform  the same with a second of a channel of 500 Hz instead of values, for mappings/wave.toml;
//           `size` is not asked
enum class Content { numerics, numeric, waveform };
// Ends the program for another word.
Content content_of(std::string_view word);

// Persons `first` to `first + count - 1`, by turns.
struct Persons {
    std::size_t first = 0;
    std::size_t count = 100;
};

// Made once; each message changes digits only.
class Payload {
public:
    Payload(Content content, std::size_t size, Persons persons);

    // Valid until the next call.
    std::string_view text(std::size_t number, std::int64_t measured_ms);

private:
    void put_number(std::size_t at, std::size_t digits, std::uint64_t value);
    void add_values(std::size_t size);
    void add_samples();

    Persons persons_;
    std::string text_;
    std::size_t time_, sequence_, patient_, value_;  // `value_`: two digits that change
    std::int64_t second_ = -1;
};

}  // namespace edgeward::load
