#include "patient_administration.hpp"

#include <edgeward/core/log.hpp>

namespace edgeward::app {
namespace {

// The configured authorities as patient administration names them in CX-4.
std::map<std::string, hl7::Designator, std::less<>> designators_of(
    const std::vector<delivery::Authority>& authorities) {
    std::map<std::string, hl7::Designator, std::less<>> named;
    for (const auto& authority : authorities)
        named[authority.name] = {authority.name, authority.oid, authority.oid.empty() ? "" : "ISO"};
    return named;
}

}  // namespace

PatientAdministration::PatientAdministration(const Configuration& configuration, Parts parts)
    : settings_(configuration.adt),
      metrics_(parts.metrics),
      held_({parts.reader, parts.writer, parts.pipeline, parts.metrics, parts.stored}),
      reassignments_(
          {parts.vault, parts.reader, parts.writer, parts.pipeline, parts.quarantine_key, parts.clock,
           parts.metrics,
           [taken_back = parts.taken_back, stored = parts.stored](const std::vector<std::uint64_t>& reports) {
               taken_back(reports);
               stored();
           },
           [this] { held_.wake(); }, parts.alarms}),
      desk_(configuration.adt_senders, designators_of(configuration.authorities),
            {[&changes = parts.changes, &vault = parts.vault](const vault::MovementMessage& message,
                                                              std::string_view actor) {
                 return changes.record([&] { return vault.move(message, actor); });
             },
             [this] { wake(); }, parts.clock, parts.metrics,
             [&pipeline = parts.pipeline] { return pipeline.catalogue()->zone; }}) {}

Result<void> PatientAdministration::start(const config::Credentials& credentials) {
    if (settings_.enabled) {
        auto started = ingest::start_mllp_listener(
            settings_, credentials, metrics_,
            [this](std::string_view sender, std::string_view message, const ingest::MllpReply& reply) {
                reply(desk_.answer(sender, message));
            });
        if (!started) return failure(std::move(started.error()));
        listener_ = *std::move(started);
        log::info("listening for patient administration", {{"port", listener_->port()}});
    }
    held_.start();
    reassignments_.start();
    return {};
}

void PatientAdministration::stop() {
    if (listener_) listener_->stop();
    reassignments_.stop();
    held_.stop();
}

void PatientAdministration::reload() {
    if (!listener_) return;
    if (auto renewed = listener_->reload_certificates(); !renewed)
        log::warning("the ADT certificate was not renewed", {{"reason", renewed.error().message}});
}

}  // namespace edgeward::app
