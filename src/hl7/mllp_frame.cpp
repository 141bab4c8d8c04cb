#include <edgeward/hl7/mllp_frame.hpp>

namespace edgeward::hl7 {

namespace {
constexpr char start_block = '\x0B';
constexpr char end_block = '\x1C';
constexpr char carriage_return = '\x0D';
constexpr std::size_t longest_head = 4096;
}  // namespace

Result<std::string> frame_message(std::string_view message) {
    if (message.empty()) return failure(ErrorKind::invalid_input, "an MLLP frame cannot be empty");
    if (message.find(start_block) != std::string_view::npos ||
        message.find(end_block) != std::string_view::npos) {
        return failure(ErrorKind::invalid_input, "message holds 0x0B or 0x1C, which MLLP cannot carry");
    }
    std::string framed;
    framed.reserve(message.size() + 3);
    framed.push_back(start_block);
    framed.append(message);
    framed.push_back(end_block);
    framed.push_back(carriage_return);
    return framed;
}

void FrameDecoder::take_outside(char octet) {
    if (octet == start_block) {
        state_ = State::inside;
        return;
    }
    if (state_ != State::after_end || octet != carriage_return) ++skipped_;
    state_ = State::outside;
}

Result<void> FrameDecoder::feed(std::string_view octets, std::vector<std::string>& messages) {
    Result<void> result;
    while (!octets.empty()) {
        if (state_ != State::inside) {
            take_outside(octets.front());
            octets.remove_prefix(1);
            continue;
        }
        const auto at = octets.find_first_of("\x0B\x1C");
        const auto text = octets.substr(0, at);
        if (message_.size() + text.size() > max_message_size_) {
            skipped_ += message_.size() + text.size();
            given_up_ = message_.append(text.substr(0, longest_head)).substr(0, longest_head);
            message_.clear();
            state_ = State::outside;
            octets.remove_prefix(text.size());
            result = failure(ErrorKind::invalid_input, "MLLP message is longer than the limit");
            continue;
        }
        message_.append(text);
        octets.remove_prefix(text.size());
        if (octets.empty()) break;
        if (octets.front() == end_block) {
            messages.push_back(std::move(message_));
            state_ = State::after_end;
        } else {
            skipped_ += message_.size();
        }
        message_.clear();
        octets.remove_prefix(1);
    }
    return result;
}

}  // namespace edgeward::hl7
