#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>

// MLLP release 1 (HL7 v2 Implementation Guide, appendix C): a message on a byte stream is 0x0B message 0x1C
// 0x0D. Pure. Threads: any.
namespace edgeward::hl7 {

// invalid_input when the message is empty or holds 0x0B or 0x1C, which no MLLP message may.
Result<std::string> frame_message(std::string_view message);

// Takes a byte stream in pieces of any size and gives its messages. Tolerant: octets outside a frame are
// skipped and counted, a lone 0x1C ends a message, a second 0x0B starts it anew. A value type; one thread.
class FrameDecoder {
public:
    explicit FrameDecoder(std::size_t max_message_size) : max_message_size_(max_message_size) {}

    // Adds the messages completed by these octets to `messages`.
    // invalid_input: a message longer than the limit; the decoder then skips the rest of it.
    Result<void> feed(std::string_view octets, std::vector<std::string>& messages);

    // Octets seen outside frames or in frames given up.
    [[nodiscard]] std::uint64_t skipped() const noexcept { return skipped_; }
    // The beginning of the message last given up for its length: enough for its MSH.
    [[nodiscard]] const std::string& given_up() const noexcept { return given_up_; }
    [[nodiscard]] bool inside_message() const noexcept { return state_ == State::inside; }
    // A message has ended whose 0x0D has not come yet.
    [[nodiscard]] bool end_pending() const noexcept { return state_ == State::after_end; }

private:
    enum class State : std::uint8_t { outside, inside, after_end };
    void take_outside(char octet);

    std::size_t max_message_size_;
    State state_ = State::outside;
    std::string message_;
    std::string given_up_;
    std::uint64_t skipped_ = 0;
};

}  // namespace edgeward::hl7
