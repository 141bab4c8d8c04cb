#include "fhir_server.hpp"

#include <edgeward/core/log.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::app {
namespace {

admin::AdminSettings door_settings(const delivery::FhirServerSettings& settings) {
    admin::AdminSettings made;
    made.address = settings.address;
    made.port = settings.port;
    made.require_client_certificate = true;
    made.tls = settings.tls;
    made.socket.clear();
    made.max_connections = settings.max_connections;
    made.request_timeout = settings.request_timeout;
    made.refusals = as_outcome;
    return made;
}

access::Rate rate_of(const delivery::FhirServerSettings& settings) {
    const auto requests = static_cast<double>(settings.requests_per_minute);
    return {requests, requests};
}

}  // namespace

FhirServer::FhirServer(const delivery::FhirServerSettings& settings, policy::Decider policy,
                       const Parts& parts)
    : settings_(settings),
      parts_(parts),
      policy_(std::move(policy)),
      desk_(settings_, {parts_.reader, parts_.writer, parts_.vault, parts_.pseudonymizer,
                        parts_.technical_key, system_clock(),
                        [this] {
                            const std::lock_guard lock(mutex_);
                            return policy_;
                        },
                        parts_.devices}),
      limit_(rate_of(settings_)),
      unknown_([this](const std::string&, std::uint64_t count) { tell_unknown(count); }),
      routes_{settings_,
              desk_,
              limit_,
              system_clock(),
              parts_.metrics,
              parts_.zone,
              [this] { unknown_.failed("unknown client", system_clock().monotonic()); },
              EDGEWARD_VERSION} {}

Result<void> FhirServer::start(const boost::asio::any_io_executor& executor) {
    if (!settings_.enabled) return {};
    auto door = admin::start_admin_server(door_settings(settings_), parts_.credentials, executor,
                                          fhir_routes(routes_));
    if (!door) return failure(std::move(door.error()).during("FHIR server"));
    door_ = *std::move(door);
    log::info("the FHIR server listens", {{"port", door_->port()}, {"clients", settings_.clients.size()}});
    return {};
}

void FhirServer::stop() {
    if (!door_) return;
    door_->stop();
    unknown_.flush(system_clock().monotonic(), true);
}

void FhirServer::reload(policy::Decider policy) {
    {
        const std::lock_guard lock(mutex_);
        policy_ = std::move(policy);
    }
    if (!door_) return;
    if (auto renewed = door_->reload_certificates(); !renewed)
        log::warning("the FHIR server's certificate was not renewed", {{"reason", renewed.error().message}});
}

// The log and the audit log say that somebody came, not who: the name stands in a certificate.
void FhirServer::tell_unknown(std::uint64_t count) {
    log::warning("a certificate that is no configured client's asked the FHIR server", {{"count", count}});
    audit::Event event;
    event.actor = "gateway";
    event.action = audit::Action::query_refused;
    event.outcome = audit::Outcome::denied;
    event.object = "FHIR server";
    event.rule = "unknown_client";
    event.count = count;
    const auto written =
        parts_.writer.run([&event](store::ObservationStore& store) { return store.append_audit(event); });
    if (!written) log::error("an audit record could not be written", {{"reason", written.error().message}});
}

}  // namespace edgeward::app
