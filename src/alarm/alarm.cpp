#include <edgeward/alarm/alarm.hpp>

#include <array>

#include <edgeward/core/octet_reader.hpp>
#include <edgeward/crypto/digest.hpp>

namespace edgeward::alarm {
namespace {

constexpr std::uint8_t body_version = 1;
constexpr std::size_t most_values = 1000;

void put(Bytes& out, std::string_view text) {
    append_big_endian(out, text.size(), 4);
    out.insert(out.end(), text.begin(), text.end());
}

std::uint64_t milliseconds_of(Instant instant) {
    return static_cast<std::uint64_t>(instant.time_since_epoch().count());
}

}  // namespace

std::string_view name_of(State state) noexcept {
    switch (state) {
        case State::pending:
            return "pending";
        case State::active:
            return "active";
        case State::acknowledged:
            return "acknowledged";
        case State::ended:
            return "ended";
    }
    return {};
}

std::string_view name_of(Step step) noexcept {
    switch (step) {
        case Step::began:
            return "began";
        case Step::dropped:
            return "dropped";
        case Step::raised:
            return "raised";
        case Step::escalated:
            return "escalated";
        case Step::acknowledged:
            return "acknowledged";
        case Step::silenced:
            return "silenced";
        case Step::ended:
            return "ended";
    }
    return {};
}

std::string alarm_id(std::string_view rule, ByteView whose, Instant onset) {
    constexpr std::array<std::uint8_t, 1> separator{0};
    Bytes time;
    append_big_endian(time, milliseconds_of(onset), 8);
    return to_uuid(crypto::sha256(
        {bytes_of("edgeward-alarm-1"), separator, bytes_of(rule), separator, whose, separator, time}));
}

Bytes encode_body(const Alarm& alarm) {
    Bytes out{body_version};
    put(out, alarm.location.ward);
    put(out, alarm.location.room);
    put(out, alarm.location.bed);
    append_big_endian(out, alarm.values.size(), 4);
    for (const Measured& value : alarm.values) {
        put(out, value.parameter);
        put(out, value.value);
        put(out, value.ucum);
        append_big_endian(out, milliseconds_of(value.effective), 8);
    }
    return out;
}

Result<void> decode_body(ByteView body, Alarm& into) {
    OctetReader in(body);
    if (in.number(1) != body_version) in.fail();
    into.location = {in.text(4), in.text(4), in.text(4)};
    const std::uint64_t count = in.number(4);
    if (count > most_values) in.fail();
    into.values.clear();
    for (std::uint64_t i = 0; i < count && in.sound(); ++i) {
        Measured value;
        value.parameter = in.text(4);
        value.value = in.text(4);
        value.ucum = in.text(4);
        value.effective = Instant(std::chrono::milliseconds(static_cast<std::int64_t>(in.number(8))));
        into.values.push_back(std::move(value));
    }
    if (!in.complete()) return failure(ErrorKind::corrupt, "the body of an alarm cannot be read");
    return {};
}

}  // namespace edgeward::alarm
