#include "ack_gate.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace edgeward::ingest {
namespace {

// Of a packet that is not a PUBLISH; the largest real ones are SUBACK and CONNACK with a few hundred octets.
constexpr std::size_t largest_control_packet = std::size_t{64} << 10U;
// MQTT 5 §3.3.4: a packet identifier is not used again before its PUBACK, so there cannot be more.
constexpr std::size_t most_deliveries = 65535;

tl::unexpected<Error> broken(const char* rule) {
    return failure(ErrorKind::invalid_input, rule);
}

void append(Bytes& to, ByteView octets) {
    to.insert(to.end(), octets.begin(), octets.end());
}

}  // namespace

Result<void> AckGate::from_broker(ByteView octets, Bytes& to_client) {
    while (!octets.empty()) {
        if (rest_ > 0) {
            const std::size_t taken = std::min(rest_, octets.size());
            if (!swallow_) append(to_client, octets.first(taken));
            rest_ -= taken;
            octets = octets.subspan(taken);
        } else {
            const Result<std::size_t> needed = head_size();
            if (!needed) return failure(needed.error());
            const std::size_t taken = std::min(*needed - head_.size(), octets.size());
            append(head_, octets.first(taken));
            octets = octets.subspan(taken);
            if (auto handled = handle_head(to_client); !handled) return handled;
        }
        if (rest_ == 0 && !stand_in_.empty()) append(to_client, std::exchange(stand_in_, {}));
        answer_ping_at_boundary(to_client);
    }
    return {};
}

// How many octets of the broker's packet must be there before it can be judged: of a PUBLISH those up to its
// topic and identifier, of others all. Grows while the octets that say so arrive.
Result<std::size_t> AckGate::head_size() const {
    const auto parsed = read_fixed_header(head_);
    if (!parsed) return failure(parsed.error());
    if (!*parsed) return head_.size() + 1;
    const FixedHeader& header = **parsed;
    if (header.type() != PacketType::publish) {
        if (header.whole() > largest_control_packet)
            return broken("a control packet of the broker is too large");
        return header.whole();
    }
    if (header.quality_of_service() > 1) return broken("the broker sent a message with QoS 2");
    constexpr std::size_t length_size = 2;
    const std::size_t identifier_size = header.quality_of_service() > 0 ? sizeof(std::uint16_t) : 0;
    std::size_t needed = header.size + length_size;
    if (head_.size() >= needed) needed += two_octets(head_, header.size) + identifier_size;
    if (needed > header.whole()) return broken("malformed PUBLISH packet");
    return needed;
}

Result<void> AckGate::handle_head(Bytes& to_client) {
    const Result<std::size_t> needed = head_size();
    if (!needed) return failure(needed.error());
    if (head_.size() < *needed) return {};
    const FixedHeader header = **read_fixed_header(head_);
    if (!admitted()) return broken("the broker spoke first");
    rest_ = header.whole() - head_.size();
    swallow_ = false;
    auto handled = header.type() == PacketType::publish ? handle_publish(header, to_client)
                                                        : handle_broker_packet(header, to_client);
    head_.clear();
    return handled;
}

Result<void> AckGate::handle_publish(const FixedHeader& header, Bytes& to_client) {
    if (!connack_) return broken("a message before CONNACK");
    swallow_ = header.whole() > settings_.largest_packet;
    if (swallow_) {
        withhold(header);
    } else {
        append(to_client, head_);
    }
    if (header.quality_of_service() == 0) return {};
    if (deliveries_.size() >= most_deliveries)
        return broken("the broker sent more messages than it has identifiers for");
    deliveries_.push_back({two_octets(head_, head_.size() - 2), false, 0});
    return {};
}

// The stand-in goes through the pipeline like any message, so that a refusal has its place in the books and
// its audit record before it is acknowledged.
void AckGate::withhold(const FixedHeader& header) {
    Bytes body(head_.begin() + static_cast<std::ptrdiff_t>(header.size), head_.end());  // topic, identifier
    if (version_ == version_5) body.push_back(0);
    append(body, bytes_of(settings_.marker));
    append(body, bytes_of(std::to_string(header.whole())));
    stand_in_ = write_fixed_header(header.first, body.size());
    append(stand_in_, body);
}

std::optional<std::uint64_t> withheld_size(ByteView payload, std::string_view marker) {
    const std::string_view text = text_of(payload);
    if (marker.empty() || !text.starts_with(marker)) return std::nullopt;
    std::uint64_t size = 0;
    const auto [end, failed] = std::from_chars(text.data() + marker.size(), text.data() + text.size(), size);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return size;
}

Result<void> AckGate::handle_broker_packet(const FixedHeader& header, Bytes& to_client) {
    if (!connack_ && header.type() != PacketType::connack) return broken("a packet before CONNACK");
    switch (header.type()) {
        case PacketType::connack: {
            const auto read = read_connack(head_);
            if (!read || connack_) return broken("malformed or second CONNACK packet");
            connack_ = *read;
            if (connack_->reason != 0)
                return {};  // the end; in the form of 3.1.1 it would puzzle a client of 5
            break;
        }
        case PacketType::suback: {
            const auto read = read_suback(head_, version_);
            if (!read) return failure(read.error());
            subscription_refusal_ = *read;
            subscribed_ = *read == 0;
            break;
        }
        case PacketType::pingresp:
            if (pings_ > 0) --pings_;
            return {};
        case PacketType::disconnect:
            farewell_ = read_disconnect(head_);
            break;
        case PacketType::unsuback:
            break;
        default:
            return broken("the broker sent a packet that has no place here");
    }
    append(to_client, head_);
    return {};
}

Result<void> AckGate::from_client(ByteView octets, const Progress& progress, Bytes& to_broker,
                                  Bytes& to_client) {
    while (!octets.empty()) {
        auto parsed = read_fixed_header(client_packet_);
        if (!parsed) return failure(parsed.error());
        const std::size_t needed = *parsed ? (**parsed).whole() : client_packet_.size() + 1;
        if (needed > largest_control_packet) return broken("a packet of the client is too large");
        const std::size_t taken = std::min(needed - client_packet_.size(), octets.size());
        append(client_packet_, octets.first(taken));
        octets = octets.subspan(taken);

        parsed = read_fixed_header(client_packet_);
        if (!parsed) return failure(parsed.error());
        if (!*parsed || client_packet_.size() < (**parsed).whole()) continue;
        if (auto handled = handle_client_packet(**parsed, progress, to_broker); !handled) return handled;
        client_packet_.clear();
    }
    let_out(committed_, to_broker);
    answer_ping_at_boundary(to_client);
    return {};
}

Result<void> AckGate::handle_client_packet(const FixedHeader& header, const Progress& progress,
                                           Bytes& to_broker) {
    if (!admitted()) return admit(to_broker);
    switch (header.type()) {
        case PacketType::puback:
            return park(progress);
        case PacketType::pingreq:
            ++pongs_owed_;
            return {};
        case PacketType::disconnect:
            client_left_ = true;
            append(to_broker, client_packet_);
            return {};
        case PacketType::subscribe:
        case PacketType::unsubscribe:
            append(to_broker, client_packet_);
            return {};
        default:
            return broken("the client sent a packet that has no place here");
    }
}

Result<void> AckGate::admit(Bytes& to_broker) {
    auto connect =
        admit_connect(client_packet_, settings_.user, settings_.token, settings_.keepalive_seconds);
    if (!connect) return failure(std::move(connect).error());
    version_ = connect->version;
    settings_.token.clear();  // one-time
    append(to_broker, connect->packet);
    return {};
}

Result<void> AckGate::park(const Progress& progress) {
    constexpr std::size_t smallest = 4;
    if (client_packet_.size() < smallest) return broken("malformed PUBACK packet");
    if (progress.sealed) return {};
    if (++answers_ > progress.answered)
        return broken("the client acknowledged a message before it was taken over");
    const std::uint16_t identifier = two_octets(client_packet_, 2);
    const auto found = std::find_if(
        deliveries_.begin() + static_cast<std::ptrdiff_t>(first_unanswered_), deliveries_.end(),
        [&](const Delivery& delivery) { return !delivery.answered && delivery.identifier == identifier; });
    if (found == deliveries_.end()) return broken("the client acknowledged a message nobody sent");
    found->answered = true;
    found->after = progress.taken;
    ++answered_waiting_;
    while (first_unanswered_ < deliveries_.size() && deliveries_[first_unanswered_].answered)
        ++first_unanswered_;
    return {};
}

void AckGate::release(std::uint64_t committed, Bytes& to_broker) {
    committed_ = std::max(committed_, committed);
    let_out(committed_, to_broker);
}

void AckGate::let_out(std::uint64_t committed, Bytes& to_broker) {
    while (!deliveries_.empty() && deliveries_.front().answered && deliveries_.front().after <= committed) {
        constexpr std::uint8_t puback = static_cast<std::uint8_t>(PacketType::puback) << 4U;
        const std::uint16_t identifier = deliveries_.front().identifier;
        append(to_broker, Bytes{puback, 2, static_cast<std::uint8_t>(identifier >> 8U),
                                static_cast<std::uint8_t>(identifier & 0xFFU)});
        deliveries_.pop_front();
        --answered_waiting_;
        if (first_unanswered_ > 0) --first_unanswered_;
    }
}

void AckGate::ping(Bytes& to_broker) {
    constexpr std::uint8_t pingreq = static_cast<std::uint8_t>(PacketType::pingreq) << 4U;
    append(to_broker, Bytes{pingreq, 0});
    ++pings_;
}

// A PINGRESP fits only between two packets.
void AckGate::answer_ping_at_boundary(Bytes& to_client) {
    if (rest_ > 0 && !swallow_) return;
    constexpr std::uint8_t pingresp = static_cast<std::uint8_t>(PacketType::pingresp) << 4U;
    for (; pongs_owed_ > 0; --pongs_owed_)
        append(to_client, Bytes{pingresp, 0});
}

}  // namespace edgeward::ingest
