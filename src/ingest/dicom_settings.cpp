#include <edgeward/ingest/dicom_source.hpp>

#include <algorithm>

#include <boost/asio/ip/address.hpp>

#include "sender_settings.hpp"

namespace edgeward::ingest {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// PS3.5 table 6.2-1, VR AE.
bool is_ae_title(std::string_view text) {
    const auto printable = [](char each) { return each >= ' ' && each <= '~' && each != '\\'; };
    return !text.empty() && text.size() <= 16 && text.front() != ' ' && text.back() != ' ' &&
           std::all_of(text.begin(), text.end(), printable);
}

constexpr const char* title_expectation =
    "expected an AE title: 1 to 16 printable characters without a backslash";

DicomSender read_dicom_sender(config::Section& section, std::set<std::string>& names) {
    DicomSender sender{read_sender(section, names), section.texts("ae_titles")};
    sender.may_ask_for_commitment = section.table("commitment").exists();
    if (sender.ae_titles.empty())
        section.problem("ae_titles", "expected the AE titles the sender calls from");
    for (const auto& title : sender.ae_titles) {
        if (!is_ae_title(title)) section.problem("ae_titles", title_expectation);
    }
    return sender;
}

}  // namespace

DicomSourceSettings read_dicom_source_settings(config::Section section) {
    DicomSourceSettings settings;
    settings.enabled = section.flag("enabled", settings.enabled);
    settings.address = section.text("address", settings.address);
    settings.port = static_cast<std::uint16_t>(section.whole_number("port", settings.port, 0, 65535));
    settings.ae_title = section.text("ae_title", settings.ae_title);
    settings.max_associations = static_cast<std::size_t>(section.whole_number(
        "max_associations", static_cast<std::int64_t>(settings.max_associations), 1, 100));
    settings.largest_object = section.size("largest_object", settings.largest_object, std::uint64_t{1} << 20U,
                                           std::uint64_t{64} << 30U);
    settings.idle_timeout = section.duration("idle_timeout", settings.idle_timeout, seconds(1), hours(24));
    settings.handshake_patience =
        section.duration("handshake_patience", settings.handshake_patience, seconds(1), minutes(1));
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);
    std::set<std::string> names;
    std::vector<MllpSender> peers;
    for (auto sender : section.tables("sender")) {
        settings.senders.push_back(read_dicom_sender(sender, names));
        peers.push_back(settings.senders.back().peer);
    }
    boost::system::error_code error;
    boost::asio::ip::make_address(settings.address, error);
    if (error) section.problem("address", "expected an IP address");
    if (!is_ae_title(settings.ae_title)) section.problem("ae_title", title_expectation);
    if (settings.enabled && settings.senders.empty())
        section.problem("enabled", "expected at least one [[dicom_in.sender]]");
    check_certificate_names(section, peers);
    return settings;
}

}  // namespace edgeward::ingest
