#include <edgeward/transport/mllp_transport.hpp>

namespace edgeward::transport {

MllpSettings read_mllp_settings(config::Section section) {
    using std::chrono::hours;
    using std::chrono::milliseconds;
    using std::chrono::minutes;
    using std::chrono::seconds;
    constexpr std::int64_t most_connections = 16;
    constexpr std::int64_t most_in_flight = 64;
    constexpr double most_per_second = 10'000;

    MllpSettings settings;
    settings.host = section.required_text("host", "a host name or address");
    settings.port = static_cast<std::uint16_t>(section.whole_number("port", settings.port, 1, 65535));
    settings.plaintext_loopback = section.flag("plaintext_loopback", settings.plaintext_loopback);
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);
    settings.connections =
        static_cast<std::size_t>(section.whole_number("connections", 1, 1, most_connections));
    settings.in_flight = static_cast<std::size_t>(section.whole_number("in_flight", 1, 1, most_in_flight));
    settings.connect_timeout =
        section.duration("connect_timeout", settings.connect_timeout, milliseconds(100), minutes(5));
    settings.response_timeout =
        section.duration("response_timeout", settings.response_timeout, milliseconds(100), minutes(10));
    settings.keep_open = section.flag("keep_open", settings.keep_open);
    if (!settings.keep_open && settings.in_flight > 1)
        section.problem("in_flight",
                        "expected 1: with keep_open = false each message has a connection of its own");
    settings.idle_timeout = section.duration("idle_timeout", settings.idle_timeout, seconds(1), hours(24));
    settings.rate_limit = section.number("rate_limit", settings.rate_limit, 0, most_per_second);
    settings.max_message_size = static_cast<std::size_t>(section.size(
        "max_message_size", settings.max_message_size, std::uint64_t{1} << 10U, std::uint64_t{64} << 20U));
    return settings;
}

}  // namespace edgeward::transport
