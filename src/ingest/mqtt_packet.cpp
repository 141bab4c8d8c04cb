#include "mqtt_packet.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace edgeward::ingest {
namespace {

constexpr std::size_t longest_length = 4;
constexpr std::uint8_t refused_from = 0x80;
constexpr std::uint8_t flag_clean_start = 0x02;
constexpr std::uint8_t flag_will = 0x04;
constexpr std::uint8_t flag_password = 0x40;
constexpr std::uint8_t flag_user = 0x80;

tl::unexpected<Error> malformed(const char* packet) {
    return failure(ErrorKind::invalid_input, std::string("malformed ").append(packet).append(" packet"));
}

// Reads forward; after the first octet that is not there, everything is empty and `good` is false.
class Cursor {
public:
    explicit Cursor(ByteView octets) : octets_(octets) {}

    ByteView take(std::size_t count) {
        if (count > octets_.size() - at_) {
            good_ = false;
            at_ = octets_.size();
            return {};
        }
        at_ += count;
        return octets_.subspan(at_ - count, count);
    }
    std::uint8_t octet() {
        const ByteView one = take(1);
        return one.empty() ? std::uint8_t{0} : one[0];
    }
    std::uint16_t number() {
        const ByteView two = take(2);
        return two.empty() ? std::uint16_t{0} : two_octets(two, 0);
    }
    // §1.5.4, §1.5.6: a two octet length and so many octets.
    ByteView field() { return take(number()); }
    // §1.5.5
    std::uint32_t variable_number() {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < longest_length; ++i) {
            const std::uint8_t octet = this->octet();
            value |= static_cast<std::uint32_t>(octet & 0x7FU) << (7U * i);
            if ((octet & 0x80U) == 0) return value;
        }
        good_ = false;
        return 0;
    }
    [[nodiscard]] bool good() const noexcept { return good_; }
    [[nodiscard]] bool finished() const noexcept { return at_ == octets_.size(); }
    [[nodiscard]] std::size_t position() const noexcept { return at_; }

private:
    ByteView octets_;
    std::size_t at_ = 0;
    bool good_ = true;
};

Cursor body_of(ByteView packet) {
    Cursor cursor(packet);
    cursor.octet();
    cursor.variable_number();
    return cursor;
}

// Takes as long for a wrong octet at the start as for one at the end.
bool equal_in_constant_time(ByteView given, std::string_view expected) {
    std::size_t difference = given.size() ^ expected.size();
    for (std::size_t i = 0; i < std::min(given.size(), expected.size()); ++i) {
        difference |= static_cast<std::size_t>(given[i] ^ static_cast<std::uint8_t>(expected[i]));
    }
    return difference == 0;
}

// §2.2.2.2: steps over one property's value.
bool skip_property(Cursor& cursor, std::uint8_t identifier) {
    switch (identifier) {
        case 0x17:
        case 0x19:
        case 0x24:
        case 0x25:
        case 0x28:
        case 0x29:
        case 0x2A:  // an octet
            cursor.take(1);
            return true;
        case 0x13:
        case 0x21:
        case 0x22:  // two octets
            cursor.take(2);
            return true;
        case 0x11:
        case 0x27:  // four octets
            cursor.take(4);
            return true;
        case 0x12:
        case 0x15:
        case 0x16:
        case 0x1A:
        case 0x1C:
        case 0x1F:  // text or octets
            cursor.field();
            return true;
        case 0x26:  // a pair of texts
            cursor.field();
            cursor.field();
            return true;
        default:
            return false;
    }
}

}  // namespace

Result<std::optional<FixedHeader>> read_fixed_header(ByteView octets) {
    FixedHeader header;
    if (octets.empty()) return std::optional<FixedHeader>{};
    header.first = octets[0];
    for (std::size_t i = 0; i < longest_length; ++i) {
        if (octets.size() < i + 2) return std::optional<FixedHeader>{};
        const std::uint8_t octet = octets[i + 1];
        header.remaining |= static_cast<std::uint32_t>(octet & 0x7FU) << (7U * i);
        if ((octet & 0x80U) == 0) {
            header.size = i + 2;
            return std::optional<FixedHeader>{header};
        }
    }
    return failure(ErrorKind::invalid_input, "a packet's length takes more than four octets");
}

Bytes write_fixed_header(std::uint8_t first, std::size_t remaining) {
    Bytes octets{first};
    do {
        const auto low = static_cast<std::uint8_t>(remaining & 0x7FU);
        remaining >>= 7U;
        octets.push_back(remaining > 0 ? static_cast<std::uint8_t>(low | 0x80U) : low);
    } while (remaining > 0);
    return octets;
}

Result<Connect> admit_connect(ByteView packet, std::string_view user, std::string_view token,
                              std::uint16_t keepalive_seconds) {
    Cursor cursor = body_of(packet);
    const std::size_t start = cursor.position();
    const ByteView protocol = cursor.field();
    const std::uint8_t version = cursor.octet();
    const std::size_t flags_at = cursor.position();
    const std::uint8_t flags = cursor.octet();
    cursor.number();  // keep-alive
    if (version == version_5) cursor.take(cursor.variable_number());
    cursor.field();  // client identifier
    const std::size_t login_at = cursor.position();
    if (!cursor.good() || text_of(protocol) != "MQTT" || (version != version_3_1_1 && version != version_5) ||
        (flags & flag_will) != 0 || packet[0] != static_cast<unsigned>(PacketType::connect) << 4U) {
        return malformed("CONNECT");
    }
    const ByteView given_user = (flags & flag_user) != 0 ? cursor.field() : ByteView{};
    const ByteView given_token = (flags & flag_password) != 0 ? cursor.field() : ByteView{};
    if (!cursor.good() || !cursor.finished()) return malformed("CONNECT");
    const bool user_fits = equal_in_constant_time(given_user, user);
    const bool token_fits = equal_in_constant_time(given_token, token);
    if (!user_fits || !token_fits || token.empty())
        return failure(ErrorKind::denied, "a stranger on the inner hop");

    Connect admitted{write_fixed_header(packet[0], login_at - start), version};
    const std::size_t moved = admitted.packet.size();
    const ByteView kept = packet.subspan(start, login_at - start);
    admitted.packet.insert(admitted.packet.end(), kept.begin(), kept.end());
    const std::size_t flags_in_copy = moved + (flags_at - start);
    admitted.packet[flags_in_copy] = static_cast<std::uint8_t>(flags & flag_clean_start);
    admitted.packet[flags_in_copy + 1] = static_cast<std::uint8_t>(keepalive_seconds >> 8U);
    admitted.packet[flags_in_copy + 2] = static_cast<std::uint8_t>(keepalive_seconds & 0xFFU);
    return admitted;
}

Result<Connack> read_connack(ByteView packet) {
    Cursor cursor = body_of(packet);
    Connack connack;
    connack.session_present = (cursor.octet() & 1U) != 0;
    connack.reason = cursor.octet();
    if (!cursor.good()) return malformed("CONNACK");
    // A broker that does not know MQTT 5 answers in the form of 3.1.1, without properties.
    if (cursor.finished()) return connack;
    const std::size_t length = cursor.variable_number();
    const std::size_t end = cursor.position() + length;
    while (cursor.good() && cursor.position() < end) {
        constexpr std::uint8_t server_keepalive = 0x13;
        const std::uint8_t identifier = cursor.octet();
        if (identifier == server_keepalive) {
            connack.keepalive_seconds = cursor.number();
        } else if (!skip_property(cursor, identifier)) {
            return malformed("CONNACK");
        }
    }
    if (!cursor.good() || !cursor.finished()) return malformed("CONNACK");
    return connack;
}

Result<std::uint8_t> read_suback(ByteView packet, std::uint8_t version) {
    Cursor cursor = body_of(packet);
    cursor.number();  // packet identifier
    if (version == version_5) cursor.take(cursor.variable_number());
    if (!cursor.good() || cursor.finished()) return malformed("SUBACK");
    while (!cursor.finished()) {
        const std::uint8_t reason = cursor.octet();
        if (reason >= refused_from) return reason;
    }
    return std::uint8_t{0};
}

std::uint8_t read_disconnect(ByteView packet) {
    Cursor cursor = body_of(packet);
    return cursor.octet();
}

std::string reason_text(std::uint8_t reason) {
    struct Named {
        std::uint8_t reason;
        const char* text;
    };
    static constexpr std::array<Named, 21> names{{{1, "unacceptable protocol version"},
                                                  {2, "client identifier rejected"},
                                                  {3, "server unavailable"},
                                                  {4, "bad user name or password"},
                                                  {5, "not authorized"},
                                                  {0x82, "protocol error"},
                                                  {0x84, "unsupported protocol version"},
                                                  {0x85, "client identifier not valid"},
                                                  {0x86, "bad user name or password"},
                                                  {0x87, "not authorized"},
                                                  {0x88, "server unavailable"},
                                                  {0x89, "server busy"},
                                                  {0x8A, "banned"},
                                                  {0x8B, "server shutting down"},
                                                  {0x8D, "keep alive timeout"},
                                                  {0x8E, "session taken over"},
                                                  {0x93, "receive maximum exceeded"},
                                                  {0x95, "packet too large"},
                                                  {0x97, "quota exceeded"},
                                                  {0x98, "administrative action"},
                                                  {0x9F, "connection rate exceeded"}}};
    for (const Named& named : names) {
        if (named.reason == reason) return named.text;
    }
    return "reason 0x" + to_hex(Bytes{reason});
}

}  // namespace edgeward::ingest
