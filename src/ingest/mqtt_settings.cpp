#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include <edgeward/ingest/mqtt_source.hpp>

namespace edgeward::ingest {
namespace {

constexpr std::size_t longest_topic = 65535;

MqttProtocol read_protocol(config::Section section) {
    const std::string choice = section.choice("protocol", "auto", {"auto", "5", "3.1.1"});
    if (choice == "5") return MqttProtocol::v5;
    return choice == "3.1.1" ? MqttProtocol::v3_1_1 : MqttProtocol::automatic;
}

// MQTT 5 §4.7: "+" fills a whole level, "#" a whole last level.
bool is_topic_filter(std::string_view filter) {
    if (filter.empty() || filter.size() > longest_topic || filter.find('\0') != std::string_view::npos)
        return false;
    for (std::size_t start = 0; start <= filter.size();) {
        const std::size_t end = std::min(filter.find('/', start), filter.size());
        const std::string_view level = filter.substr(start, end - start);
        const bool wild = level.find_first_of("+#") != std::string_view::npos;
        if (wild && level != "+" && !(level == "#" && end == filter.size())) return false;
        start = end + 1;
    }
    return true;
}

void check_topics(config::Section section, const std::vector<std::string>& topics) {
    if (topics.empty()) section.problem("topics", "expected at least one topic filter, got none");
    for (const std::string& topic : topics) {
        if (topic.starts_with("$share/")) {
            section.problem(
                "topics",
                "expected no shared subscription: the messages of a member that dies are discarded");
        } else if (!is_topic_filter(topic)) {
            section.problem("topics", "expected MQTT topic filters such as \"devices/#\"");
        }
    }
}

void check_quality_of_service(config::Section section) {
    if (section.whole_number("qos", 1, 0, 2) != 1) {
        section.problem("qos",
                        "expected 1: QoS 0 is never acknowledged, and a crash during QoS 2 loses messages");
    }
}

template <typename Duration>
Duration read_duration(config::Section section, std::string_view key, Duration fallback, Duration least,
                       Duration most) {
    return std::chrono::duration_cast<Duration>(section.duration(key, fallback, least, most));
}

}  // namespace

MqttSettings read_mqtt_settings(config::Section section) {
    using std::chrono::hours;
    using std::chrono::milliseconds;
    using std::chrono::seconds;
    constexpr seconds longest_keepalive{3600};
    constexpr seconds longest_session{std::numeric_limits<std::uint32_t>::max() - 1};
    constexpr std::uint64_t smallest_packet = std::uint64_t{1} << 10U;
    constexpr std::uint64_t largest_packet = std::uint64_t{64} << 20U;

    MqttSettings settings;
    settings.host = section.text("host", settings.host);
    settings.port = static_cast<std::uint16_t>(section.whole_number("port", settings.port, 1, 65535));
    settings.client_id = section.text("client_id", settings.client_id);
    settings.topics = section.texts("topics", settings.topics);
    settings.protocol = read_protocol(section);
    settings.receive_maximum = static_cast<std::uint16_t>(
        section.whole_number("receive_maximum", settings.receive_maximum, 1, 65535));
    settings.largest_packet =
        section.size("largest_packet", settings.largest_packet, smallest_packet, largest_packet);
    settings.keepalive =
        read_duration<seconds>(section, "keepalive", settings.keepalive, seconds(5), longest_keepalive);
    settings.session_expiry =
        read_duration<seconds>(section, "session_expiry", settings.session_expiry, hours(1), longest_session);
    settings.patience = section.duration("patience", settings.patience, seconds(1), hours(1));
    settings.retry.first = section.duration("retry_first", settings.retry.first, milliseconds(100), hours(1));
    settings.retry.longest =
        section.duration("retry_longest", settings.retry.longest, milliseconds(100), hours(1));
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);

    if (settings.host.empty()) section.problem("host", "expected a DNS name or an address");
    if (settings.client_id.empty()) section.problem("client_id", "expected a name: it keeps the session");
    if (settings.retry.longest < settings.retry.first) {
        section.problem("retry_longest", "expected a time not shorter than retry_first");
    }
    check_quality_of_service(section);
    check_topics(section, settings.topics);
    for (const auto& [key, value] :
         {std::pair{"ca", &settings.tls.ca}, {"certificate", &settings.tls.certificate}}) {
        if (value->empty()) section.table("tls").problem(key, "expected the name of a credential");
    }
    return settings;
}

}  // namespace edgeward::ingest
