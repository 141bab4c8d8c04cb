// What a FHIR destination states of itself, at every start and reload: whether it changed, whether it is
// enough.

#include <edgeward/core/log.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/fhir/capabilities.hpp>

#include "destination_flow.hpp"

namespace edgeward::delivery {
namespace {

// Remembers the statement in the store and tells of a change there; gives whether there was one.
boost::asio::awaitable<Result<bool>> remember(store::Writer& writer, audit::Event event) {
    auto changed = std::make_shared<bool>(false);  // shared: the work may run after this frame has gone
    std::function<Result<void>(store::ObservationStore&)> note =
        [event, changed](store::ObservationStore& store) -> Result<void> {
        auto noted =
            store.append_audit_on_change("capabilities " + event.object, to_hex(event.details), event);
        if (!noted) return failure(std::move(noted.error()));
        *changed = *noted;
        return {};
    };
    auto written = co_await commit(writer, std::move(note));
    if (!written) co_return failure(std::move(written.error()));
    co_return *changed;
}

}  // namespace

boost::asio::awaitable<void> DestinationFlow::look_at_abilities(const FhirForm& form) {
    auto& metrics = parts_.metrics;
    const metrics::Labels labels = {{"destination", settings_.name}};
    const auto missing = metrics.gauge(
        "edgeward_destination_abilities_missing",
        "What the destination's messages need and its CapabilityStatement does not have.", labels);
    const auto changes =
        metrics.counter("edgeward_destination_abilities_changed_total",
                        "How often the CapabilityStatement was another one than before.", labels);
    auto said = co_await transport_->abilities();
    if (stopping_ || (said && said->empty())) co_return;
    if (!said) {
        log::info("a FHIR destination gives no CapabilityStatement; deliveries go on",
                  {{"destination", settings_.name}, {"reason", said.error().message}});
        co_return;
    }
    const auto stated = fhir::read_capabilities(*said, form.bundle.form);
    if (!stated) {
        log::warning("a FHIR destination answers for its CapabilityStatement with something else",
                     {{"destination", settings_.name}, {"reason", stated.error().message}});
        co_return;
    }
    missing.set(static_cast<double>(stated->missing.size()));
    for (const auto& what : stated->missing)
        log::warning("a FHIR destination does not state what its messages need",
                     {{"destination", settings_.name}, {"missing", what}});
    audit::Event event;
    event.actor = "destination:" + settings_.name;
    event.action = audit::Action::capabilities_changed;
    event.object = settings_.name;
    event.details = crypto::sha256(bytes_of(stated->stated));
    const auto changed = co_await remember(parts_.writer, event);
    if (!changed) {
        log::warning("a destination's CapabilityStatement could not be remembered",
                     {{"destination", settings_.name}, {"reason", changed.error().message}});
    } else if (*changed) {
        changes.add();
        log::warning("a FHIR destination states other abilities than before",
                     {{"destination", settings_.name}, {"sha256", to_hex(event.details)}});
    }
}

}  // namespace edgeward::delivery
