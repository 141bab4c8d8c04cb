#include <edgeward/transport/fhir_transport.hpp>

#include <edgeward/transport/http_url.hpp>

namespace edgeward::transport {
namespace {

// Problems unless `text` is https, or http to this machine where that is allowed.
void check_url(config::Section& section, std::string_view key, const std::string& text,
               bool plaintext_loopback) {
    if (text.empty()) return;
    const auto url = parse_http_url(text);
    if (!url) {
        section.problem(key, url.error().message);
    } else if (!url->secure && !plaintext_loopback) {
        section.problem(key,
                        "expected an https URL (http only to this machine, with plaintext_loopback = true)");
    } else if (!url->secure && !url->is_loopback()) {
        section.problem(key,
                        "expected an https URL; http is possible to 127.0.0.0/8, ::1 and localhost only");
    }
}

SmartSettings read_smart(config::Section section, const FhirSettings& fhir) {
    SmartSettings smart;
    smart.token_endpoint = section.text("token_endpoint", "");
    check_url(section, "token_endpoint", smart.token_endpoint, fhir.plaintext_loopback);
    smart.client_id = section.required_text("client_id", "the id the server knows this gateway by");
    smart.key = section.required_text("key", "the name of a credential with the private key");
    smart.key_id = section.required_text("key_id", "the kid the server knows the public key by");
    smart.scope = section.text("scope", smart.scope);
    // The token endpoint may be another machine: what we trust stays, whom we expect does not.
    smart.tls = fhir.tls;
    smart.tls.server_name.clear();
    smart.tls = net::read_tls_settings(section.table("tls"), smart.tls);
    return smart;
}

}  // namespace

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
    if (section.has("smart")) settings.smart = read_smart(section.table("smart"), settings);
    return settings;
}

}  // namespace edgeward::transport
