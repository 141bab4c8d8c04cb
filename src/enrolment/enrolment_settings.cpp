#include <edgeward/enrolment/enrolment_settings.hpp>

#include <algorithm>

#include <boost/asio/ip/address.hpp>

namespace edgeward::enrolment {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t longest_prefix = 32;  // leaves room for a number in an id of 64

Manufacturer read_manufacturer(config::Section& section, const device::DeviceClasses& classes) {
    Manufacturer made;
    made.name = section.required_text("name", "the manufacturer's name");
    made.ca = section.required_text("ca", "the credential with its certification authorities");
    made.kind = section.required_text("class", "the name of a [[device_class]]");
    made.id_prefix = section.text("id_prefix", "");
    made.approved = section.flag("approved", made.approved);
    made.allow_rsa_2048 = section.flag("allow_rsa_2048", made.allow_rsa_2048);
    if (!made.name.empty() && !device::is_device_id(made.name))
        section.problem("name", "expected 1 to 64 letters, digits and the signs _ . -");
    if (!made.kind.empty() && !classes.contains(made.kind))
        section.problem("class", "expected the name of a [[device_class]]");
    const bool is_prefix = made.id_prefix.empty() ||
                           (made.id_prefix.size() <= longest_prefix && device::is_device_id(made.id_prefix));
    if (!is_prefix) section.problem("id_prefix", "expected at most 32 letters, digits and the signs _ . -");
    return made;
}

void check(const EnrolmentSettings& settings, config::Section& section) {
    boost::system::error_code error;
    boost::asio::ip::make_address(settings.address, error);
    if (error) section.problem("address", "expected an IP address, got another text");
    if (!std::all_of(settings.reserved.begin(), settings.reserved.end(), device::is_device_id))
        section.problem("reserved", "expected names of 1 to 64 letters, digits and the signs _ . -");
}

}  // namespace

EnrolmentSettings read_enrolment_settings(config::Section section, const device::DeviceClasses& classes) {
    EnrolmentSettings settings;
    settings.enabled = section.flag("enabled", settings.enabled);
    settings.address = section.text("address", settings.address);
    settings.port = static_cast<std::uint16_t>(section.whole_number("port", settings.port, 0, 65535));
    settings.tls.certificate = section.text("certificate", settings.tls.certificate);
    settings.tls.key = section.text("key", settings.tls.key);
    settings.authority = section.text("authority", settings.authority);
    settings.authority_key = section.text("authority_key", settings.authority_key);
    settings.lifetime = section.duration("lifetime", settings.lifetime, hours(1), hours(24 * 398));
    settings.renewal_window =
        section.duration("renewal_window", settings.renewal_window, hours(0), hours(24 * 730));
    settings.queue = section.flag("queue", settings.queue);
    settings.queue_limit = static_cast<std::size_t>(
        section.whole_number("queue_limit", static_cast<std::int64_t>(settings.queue_limit), 1, 10'000));
    settings.retry_after = section.duration("retry_after", settings.retry_after, seconds(1), hours(24));
    settings.crl_file = section.file("crl_file", settings.crl_file);
    settings.further_crls = section.text("further_crls", settings.further_crls);
    settings.accounts = section.flag("accounts", settings.accounts);
    settings.reserved = section.texts("reserved", settings.reserved);
    settings.max_connections = static_cast<std::size_t>(section.whole_number(
        "max_connections", static_cast<std::int64_t>(settings.max_connections), 4, 1024));
    settings.request_timeout =
        section.duration("request_timeout", settings.request_timeout, seconds(1), minutes(5));
    auto manufacturers = section.tables("manufacturer");
    for (config::Section& one : manufacturers)
        settings.manufacturers.push_back(read_manufacturer(one, classes));
    check(settings, section);
    return settings;
}

}  // namespace edgeward::enrolment
