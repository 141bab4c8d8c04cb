#include <edgeward/anchoring/anchor_settings.hpp>

#include <edgeward/audit/witness.hpp>
#include <edgeward/transport/http_url.hpp>

namespace edgeward::anchoring {
namespace {

using namespace std::chrono_literals;

void check(const WitnessSettings& settings, config::Section& section) {
    const auto url = transport::parse_http_url(settings.endpoint.url);
    if (!url || !url->secure) section.problem("url", "expected an https URL");
    if (!audit::is_cosigner_name(settings.name))
        section.problem("name", "expected the name of the witness, without space and plus sign");
    if (settings.key.empty())
        section.problem("key", "expected the credential with the public key of the witness");
}

}  // namespace

WitnessSettings read_witness_settings(config::Section section) {
    WitnessSettings settings;
    settings.enabled = section.flag("enabled", settings.enabled);
    settings.endpoint.url = section.text("url", settings.endpoint.url);
    settings.endpoint.tls = net::read_tls_settings(section.table("tls"), settings.endpoint.tls);
    settings.endpoint.patience = section.duration("timeout", settings.endpoint.patience, 1s, 5min);
    settings.name = section.text("name", settings.name);
    settings.key = section.text("key", settings.key);
    settings.interval = section.duration("interval", settings.interval, 100ms, 1h);
    settings.heartbeat = section.duration("heartbeat", settings.heartbeat, 1s, 1h);
    settings.silence = section.duration("silence", settings.silence, 1s, 24h);
    if (settings.enabled) check(settings, section);
    return settings;
}

}  // namespace edgeward::anchoring
