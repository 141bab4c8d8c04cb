#include <edgeward/transport/commitment_reporter.hpp>
#include <edgeward/transport/dicom_transport.hpp>

namespace edgeward::transport {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

// How the node is reached and called.
void read_node(config::Section& section, DicomSettings& settings) {
    constexpr std::size_t longest_title = 16;  // PS3.5 table 6.2-1, VR AE
    settings.host = section.required_text("host", "a host name or address");
    settings.port = static_cast<std::uint16_t>(section.whole_number("port", settings.port, 1, 65535));
    settings.ae_title = section.text("ae_title", settings.ae_title);
    settings.called_ae_title = section.required_text("called_ae_title", "the AE title of the receiver");
    if (settings.ae_title.empty() || settings.ae_title.size() > longest_title)
        section.problem("ae_title", "expected an AE title of 1 to 16 characters");
    if (settings.called_ae_title.size() > longest_title)
        section.problem("called_ae_title", "expected an AE title of 1 to 16 characters");
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);
    settings.connect_timeout =
        section.duration("connect_timeout", settings.connect_timeout, milliseconds(100), minutes(5));
    settings.response_timeout =
        section.duration("response_timeout", settings.response_timeout, milliseconds(100), minutes(30));
}

}  // namespace

DicomSettings read_commitment_node(config::Section section, const std::string& ae_title) {
    DicomSettings settings;
    settings.ae_title = ae_title;
    read_node(section, settings);
    return settings;
}

DicomSettings read_dicom_settings(config::Section section) {
    DicomSettings settings;
    read_node(section, settings);
    settings.idle_timeout =
        section.duration("idle_timeout", settings.idle_timeout, milliseconds(0), minutes(10));
    settings.associations = static_cast<std::size_t>(
        section.whole_number("associations", static_cast<std::int64_t>(settings.associations), 1, 16));
    settings.commitment = section.flag("commitment", settings.commitment);
    settings.commitment_objects = static_cast<std::size_t>(section.whole_number(
        "commitment_objects", static_cast<std::int64_t>(settings.commitment_objects), 1, 500));
    settings.commitment_patience = section.duration("commitment_patience", settings.commitment_patience,
                                                    milliseconds(100), std::chrono::hours(24));
    return settings;
}

}  // namespace edgeward::transport
