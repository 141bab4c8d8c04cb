#include <edgeward/delivery/fhir_server_settings.hpp>

#include <algorithm>
#include <set>

#include <boost/asio/ip/address.hpp>

#include "consumer.hpp"

namespace edgeward::delivery {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// The path of the routes; a base ends with it.
constexpr std::string_view path = "/fhir";

FhirClient read_client(config::Section section) {
    FhirClient client;
    client.sees = read_consumer(section);
    client.certificate_names = section.texts("certificate_names");
    if (client.certificate_names.empty())
        section.problem("certificate_names", "expected the common names of the client's certificates");
    if (client.sees.level != model::IdentityLevel::identified ||
        client.sees.purpose != model::Purpose::treatment)
        section.problem("identity_level",
                        "expected identified, for treatment: who searches by person knows the person");
    return client;
}

void check_clients(config::Section& section, const FhirServerSettings& settings,
                   const std::vector<DestinationSettings>& destinations) {
    std::set<std::string> names;
    std::set<std::string> certificates;
    for (const auto& destination : destinations)
        names.insert(destination.name);
    for (const auto& client : settings.clients) {
        if (!names.insert(client.sees.name).second)
            section.problem("client", "expected each name at one client and at no destination");
        for (const auto& name : client.certificate_names)
            if (!certificates.insert(name).second)
                section.problem("client", "expected each certificate name at one client only");
    }
}

void check(config::Section& section, const FhirServerSettings& settings,
           const std::vector<DestinationSettings>& destinations) {
    boost::system::error_code error;
    boost::asio::ip::make_address(settings.address, error);
    if (error) section.problem("address", "expected an IP address, got another text");
    const bool is_base = settings.base.starts_with("https://") && settings.base.ends_with(path) &&
                         settings.base.find_first_of("?# \"") == std::string::npos;
    if (settings.enabled && !is_base)
        section.problem("base", "expected the https URL by which clients reach it, ending with /fhir");
    if (settings.enabled && settings.resources.device_system.empty())
        section.problem("device_system", "expected a URI under which device ids are unique");
    if (settings.enabled && settings.clients.empty())
        section.problem("client", "expected at least one [[fhir_server.client]]");
    check_clients(section, settings, destinations);
}

}  // namespace

FhirServerSettings read_fhir_server_settings(config::Section section,
                                             const std::vector<Authority>& authorities,
                                             const std::vector<DestinationSettings>& destinations) {
    FhirServerSettings settings;
    settings.enabled = section.flag("enabled", settings.enabled);
    settings.address = section.text("address", settings.address);
    settings.port = static_cast<std::uint16_t>(section.whole_number("port", settings.port, 0, 65535));
    settings.base = section.text("base", settings.base);
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);
    settings.resources.profiles = fhir::ProfileSet::isik;
    settings.resources.device_system = section.text("device_system", "");
    settings.resources.source = section.text("source", "");
    settings.resources.mii_codings = section.flag("mii_codings", false);
    for (const auto& authority : authorities)
        settings.resources.authorities[authority.name] = {authority.system, authority.type};
    settings.requests_per_minute = static_cast<std::size_t>(section.whole_number(
        "requests_per_minute", static_cast<std::int64_t>(settings.requests_per_minute), 1, 100'000));
    settings.max_connections = static_cast<std::size_t>(section.whole_number(
        "max_connections", static_cast<std::int64_t>(settings.max_connections), 4, 1024));
    settings.request_timeout =
        section.duration("request_timeout", settings.request_timeout, seconds(1), minutes(5));
    for (const auto& client : section.tables("client"))
        settings.clients.push_back(read_client(client));
    check(section, settings, destinations);
    return settings;
}

}  // namespace edgeward::delivery
