#include "egress_guard.hpp"

#include <algorithm>

namespace edgeward::delivery {
namespace {

void take(const hl7::Designator& designator, std::vector<std::string>& into) {
    for (const auto& text : {designator.namespace_id, designator.universal_id, designator.universal_id_type})
        into.push_back(text);
}

// What the configuration puts into every message.
std::vector<std::string> own_texts(const DestinationSettings& settings) {
    std::vector<std::string> own{settings.name, settings.domain, settings.pseudonym_oid};
    if (const auto* hl7 = std::get_if<Hl7Form>(&settings.form)) {
        const auto& message = hl7->message;
        for (const auto* designator : {&message.sending_application, &message.sending_facility,
                                       &message.receiving_application, &message.receiving_facility})
            take(*designator, own);
        for (const auto& [name, designator] : message.authorities)
            take(designator, own);
        own.push_back(message.language);
        return own;
    }
    if (const auto* dicom = std::get_if<DicomForm>(&settings.form)) {
        own.push_back(dicom->connection.ae_title);
        return own;
    }
    if (std::holds_alternative<DicomwebForm>(settings.form)) return own;
    const auto& bundle = std::get<FhirForm>(settings.form).bundle;
    for (const auto& text :
         {bundle.pseudonym_system, bundle.device_system, bundle.visit_system, bundle.source})
        own.push_back(text);
    for (const auto& [name, authority] : bundle.authorities)
        own.push_back(authority.system);
    return own;
}

}  // namespace

EgressGuard::EgressGuard(const DestinationSettings& settings, const DeliveryParts& parts,
                         const device::DeviceRegistry& devices)
    : parts_(parts), devices_(devices) {
    for (std::size_t i = 0; i < dlp::detector_count; ++i) {
        const auto detector = static_cast<dlp::Detector>(i);
        blocked_[detector] = parts.metrics.counter(
            "edgeward_dlp_blocked_total", "Reports that the inspection of what goes out made dead letters.",
            {{"destination", settings.name}, {"detector", std::string(dlp::name_of(detector))}});
    }
    if (settings.level == model::IdentityLevel::identified || !settings.inspection.enabled) return;
    inspector_.emplace(parts.vault.dictionary(), settings.inspection.detectors, own_texts(settings));
}

std::optional<dlp::Finding> EgressGuard::inspect(const transport::OutboundMessage& message,
                                                 const std::vector<Prepared>& reports) const {
    if (!inspector_) return std::nullopt;
    std::vector<std::string> own{message.identifier};
    for (const auto& report : reports) {
        if (report.permit.level() == model::IdentityLevel::anonymised) break;  // no device is in it
        own.push_back(report.row.device);
        const device::Device* device = devices_.find(report.row.device);
        if (device == nullptr) continue;
        for (const auto& text : {device->manufacturer, device->model, device->serial, device->eui64})
            own.push_back(text);
    }
    auto findings = inspector_->inspect(message.body, own, parts_.clock.now());
    if (findings.empty()) return std::nullopt;
    return std::move(findings.front());
}

std::string unguarded(const DestinationSettings& settings) {
    if (settings.level == model::IdentityLevel::identified) return {};
    if (!settings.inspection.enabled) return "all";
    std::string off;
    for (std::size_t i = 0; i < dlp::detector_count; ++i) {
        const auto detector = static_cast<dlp::Detector>(i);
        if (settings.inspection.detectors.has(detector)) continue;
        off += off.empty() ? "" : " ";
        off += dlp::name_of(detector);
    }
    return off;
}

}  // namespace edgeward::delivery
