#include <edgeward/intake/frame.hpp>

#include <algorithm>
#include <array>

namespace edgeward::intake {
namespace {

enum class Type : std::uint8_t { hello = 1, welcome = 2, message = 3, verdict = 4 };

constexpr std::array<std::uint8_t, 4> magic{'E', 'W', 'I', 'N'};
constexpr std::size_t length_size = 4;
constexpr std::size_t greeting_size = 1 + magic.size() + 1;  // type, magic, version
constexpr std::size_t verdict_size = 1 + 8 + 1;              // type, number, outcome
constexpr std::size_t message_head = 1 + 8 + 1;              // type, number, flags
constexpr std::size_t text_lengths = 3 * std::size_t{2};     // of identity, client identifier and topic
constexpr std::size_t least_message = message_head + text_lengths + 2;
constexpr std::size_t longest_frame =
    message_head + text_lengths + 2 * longest_name + longest_topic + longest_payload;
constexpr std::uint8_t quality_bits = 0x03;
constexpr std::uint8_t retain_bit = 0x04;

void put_text(std::string_view text, Bytes& out) {
    append_big_endian(out, text.size(), 2);
    const ByteView octets = bytes_of(text);
    out.insert(out.end(), octets.begin(), octets.end());
}

void put_greeting(Type type, std::uint8_t spoken, Bytes& out) {
    append_big_endian(out, greeting_size, length_size);
    out.push_back(static_cast<std::uint8_t>(type));
    out.insert(out.end(), magic.begin(), magic.end());
    out.push_back(spoken);
}

std::uint64_t number_at(ByteView octets, std::size_t at, std::size_t size) {
    return big_endian(octets.subspan(at, size));
}

auto unreadable(const char* why) {
    return failure(ErrorKind::invalid_input, why);
}

bool is_name(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && text.find('\0') == std::string_view::npos;
}

// As both sides hold it; the reason, or nothing.
const char* fault_of(const Message& message) {
    if (message.quality > 2) return "quality of service above 2";
    if (!is_name(message.identity, longest_name)) return "identity empty, too long or with a zero octet";
    if (message.client_id.size() > longest_name) return "client identifier too long";
    if (!is_name(message.topic, longest_topic)) return "topic empty, too long or with a zero octet";
    if (message.payload.size() > longest_payload) return "payload too long";
    return nullptr;
}

void put_message(const Message& message, Bytes& out) {
    const std::size_t size = message_head + text_lengths + message.identity.size() +
                             message.client_id.size() + message.topic.size() + message.payload.size();
    out.reserve(out.size() + length_size + size);
    append_big_endian(out, size, length_size);
    out.push_back(static_cast<std::uint8_t>(Type::message));
    append_big_endian(out, message.number, 8);
    out.push_back(static_cast<std::uint8_t>(message.quality | (message.retain ? retain_bit : 0U)));
    put_text(message.identity, out);
    put_text(message.client_id, out);
    put_text(message.topic, out);
    out.insert(out.end(), message.payload.begin(), message.payload.end());
}

// A text with its length in front; false when the body ends before it does.
bool take_text(ByteView& body, std::string_view& into) {
    if (body.size() < 2) return false;
    const auto size = static_cast<std::size_t>(number_at(body, 0, 2));
    if (body.size() - 2 < size) return false;
    into = text_of(body.subspan(2, size));
    body = body.subspan(2 + size);
    return true;
}

Result<Frame> read_message(ByteView frame) {
    if (frame.size() < least_message) return unreadable("message too short");
    Message message;
    message.number = number_at(frame, 1, 8);
    const std::uint8_t flags = frame[9];
    if ((flags & ~(quality_bits | retain_bit)) != 0) return unreadable("message with unknown flags");
    message.quality = flags & quality_bits;
    message.retain = (flags & retain_bit) != 0;
    ByteView rest = frame.subspan(message_head);
    if (!take_text(rest, message.identity) || !take_text(rest, message.client_id) ||
        !take_text(rest, message.topic)) {
        return unreadable("message ends inside a text");
    }
    message.payload = rest;
    if (const char* fault = fault_of(message); fault != nullptr) return unreadable(fault);
    return Frame(message);
}

Result<Frame> read_verdict(ByteView frame) {
    if (frame.size() != verdict_size) return unreadable("verdict of another length");
    const std::uint8_t outcome = frame[9];
    if (outcome != static_cast<std::uint8_t>(Outcome::committed) &&
        outcome != static_cast<std::uint8_t>(Outcome::refused)) {
        return unreadable("verdict with an unknown outcome");
    }
    return Frame(Verdict{number_at(frame, 1, 8), static_cast<Outcome>(outcome)});
}

template <typename Greeting>
Result<Frame> read_greeting(ByteView frame) {
    if (frame.size() != greeting_size || !std::equal(magic.begin(), magic.end(), frame.begin() + 1))
        return unreadable("no greeting of this protocol");
    return Frame(Greeting{frame[greeting_size - 1]});
}

Result<Frame> read_whole(ByteView frame) {
    switch (static_cast<Type>(frame[0])) {
        case Type::hello:
            return read_greeting<Hello>(frame);
        case Type::welcome:
            return read_greeting<Welcome>(frame);
        case Type::message:
            return read_message(frame);
        case Type::verdict:
            return read_verdict(frame);
    }
    return unreadable("unknown type of frame");
}

}  // namespace

Result<void> write(const Frame& frame, Bytes& out) {
    if (const auto* message = std::get_if<Message>(&frame)) {
        if (const char* fault = fault_of(*message); fault != nullptr) return unreadable(fault);
        put_message(*message, out);
    } else if (const auto* verdict = std::get_if<Verdict>(&frame)) {
        append_big_endian(out, verdict_size, length_size);
        out.push_back(static_cast<std::uint8_t>(Type::verdict));
        append_big_endian(out, verdict->number, 8);
        out.push_back(static_cast<std::uint8_t>(verdict->outcome));
    } else if (const auto* hello = std::get_if<Hello>(&frame)) {
        put_greeting(Type::hello, hello->version, out);
    } else {
        put_greeting(Type::welcome, std::get<Welcome>(frame).version, out);
    }
    return {};
}

Result<std::optional<Found>> read(ByteView octets) {
    if (octets.size() < length_size) return std::nullopt;
    const auto length = static_cast<std::size_t>(number_at(octets, 0, length_size));
    if (length == 0 || length > longest_frame) return unreadable("length of a frame out of range");
    // What cannot be a frame is refused before its body is waited for.
    if (octets.size() > length_size) {
        const auto type = static_cast<Type>(octets[length_size]);
        if (type < Type::hello || type > Type::verdict) return unreadable("unknown type of frame");
        const bool greeting = type == Type::hello || type == Type::welcome;
        if (greeting && length != greeting_size) return unreadable("no greeting of this protocol");
        if (type == Type::verdict && length != verdict_size) return unreadable("verdict of another length");
    }
    if (octets.size() - length_size < length) return std::nullopt;
    auto frame = read_whole(octets.subspan(length_size, length));
    if (!frame) return failure(std::move(frame.error()));
    return Found{*std::move(frame), length_size + length};
}

}  // namespace edgeward::intake
