#include <edgeward/ingest/mllp_listener.hpp>

#include <boost/asio/ip/address.hpp>

#include "sender_settings.hpp"

namespace edgeward::ingest {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

}  // namespace

const MllpUse& patient_administration_use() {
    static const MllpUse use{"adt", "patient administration", "ew-adt"};
    return use;
}

const MllpUse& results_use() {
    static const MllpUse use{"hl7_in", "HL7 results", "ew-hl7-in"};
    return use;
}

MllpListenerSettings read_mllp_listener_settings(config::Section section, MllpListenerSettings settings) {
    settings.enabled = section.flag("enabled", settings.enabled);
    settings.address = section.text("address", settings.address);
    settings.port = static_cast<std::uint16_t>(section.whole_number("port", settings.port, 0, 65535));
    settings.plain = section.flag("plain", settings.plain);
    settings.max_connections = static_cast<std::size_t>(section.whole_number(
        "max_connections", static_cast<std::int64_t>(settings.max_connections), 1, 1000));
    settings.largest_message = static_cast<std::size_t>(
        section.size("largest_message", settings.largest_message, 4096, std::uint64_t{16} << 20U));
    settings.idle_timeout = section.duration("idle_timeout", settings.idle_timeout, seconds(1), hours(24));
    settings.handshake_patience =
        section.duration("handshake_patience", settings.handshake_patience, seconds(1), minutes(1));
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);
    std::set<std::string> names;
    for (auto sender : section.tables("sender"))
        settings.senders.push_back(read_sender(sender, names));

    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(settings.address, error);
    if (error) section.problem("address", "expected an IP address");
    if (settings.plain && !error && !address.is_loopback())
        section.problem("plain", "expected false: without TLS only a loopback address may be listened at");
    if (settings.plain && settings.senders.size() > 1)
        section.problem("plain", "expected false: without certificates there can be only one sender");
    if (settings.enabled && settings.senders.empty())
        section.problem("enabled", "expected at least one [[" + settings.use.table + ".sender]]");
    if (!settings.plain) check_certificate_names(section, settings.senders);
    return settings;
}

}  // namespace edgeward::ingest
