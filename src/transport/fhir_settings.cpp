#include <edgeward/transport/fhir_transport.hpp>

#include "http_endpoint.hpp"

namespace edgeward::transport {
FhirSettings read_fhir_settings(config::Section section) {
    using std::chrono::milliseconds;
    using std::chrono::minutes;
    constexpr std::int64_t most_connections = 16;
    constexpr std::int64_t most_reports = 200;
    constexpr double most_per_second = 10'000;

    FhirSettings settings;
    settings.plaintext_loopback = section.flag("plaintext_loopback", settings.plaintext_loopback);
    settings.url = section.required_text("url", "the base URL of a FHIR server");
    check_url(section, "url", settings.url, settings.plaintext_loopback);
    settings.tls = net::read_tls_settings(section.table("tls"), settings.tls);
    settings.connections = static_cast<std::size_t>(section.whole_number(
        "connections", static_cast<std::int64_t>(settings.connections), 1, most_connections));
    settings.response_timeout =
        section.duration("response_timeout", settings.response_timeout, milliseconds(100), minutes(10));
    settings.rate_limit = section.number("rate_limit", settings.rate_limit, 0, most_per_second);
    settings.bundle_limit = static_cast<std::size_t>(section.whole_number(
        "bundle_limit", static_cast<std::int64_t>(settings.bundle_limit), 1, most_reports));
    settings.prefer = section.choice("prefer", settings.prefer, {"minimal", "OperationOutcome"});
    settings.response_limit = static_cast<std::size_t>(section.size(
        "response_limit", settings.response_limit, std::uint64_t{64} << 10U, std::uint64_t{64} << 20U));
    if (section.has("smart"))
        settings.smart = read_smart_settings(section.table("smart"), settings.tls,
                                             settings.plaintext_loopback, SmartSettings().scope);
    return settings;
}

}  // namespace edgeward::transport
