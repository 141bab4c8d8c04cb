#pragma once

#include <vector>

#include <edgeward/delivery/delivery_service.hpp>
#include <edgeward/transport/transport.hpp>

#include "lane_scheduler.hpp"

namespace edgeward::delivery {

// What names a stored report for ever; `number`: its own, or that of the one it takes back.
crypto::Digest key_of(const store::Delivery& row, std::uint64_t number);
// The report as receivers know it: the one that is taken back, else itself.
std::uint64_t named_report(const Prepared& prepared);
// What its OBR-3 follows from: the order whose results it has, else the report.
crypto::Digest order_of(const Prepared& prepared);
// In whose domain messages and observations get their identifiers: the destination's, and of anonymised ones
// their own, which no other destination can share.
std::string name_domain(const DestinationSettings& settings);

// Makes the message for prepared reports: discloses what their permits allow and has HL7 or FHIR write it.
// Every call for the same reports gives the same identifiers.
class Renderer {
public:
    Renderer(const DestinationSettings& settings, vault::IdentityVault& vault,
             const pseudonym::Pseudonymizer& pseudonymizer, const device::DeviceRegistry& devices,
             std::filesystem::path objects = {})
        : settings_(settings),
          vault_(vault),
          pseudonymizer_(pseudonymizer),
          devices_(devices),
          objects_(std::move(objects)) {}

    // Errors: invalid_input (one of the reports cannot be said in this form), misconfigured (an authority or
    // system is missing), rejected (the report names a case, and none is known of its person), and those of
    // the vault.
    [[nodiscard]] Result<transport::OutboundMessage> render(const std::vector<Prepared>& reports) const;

private:
    struct Subject;
    struct Named;
    [[nodiscard]] Result<Subject> subject_of(const Prepared& prepared) const;
    [[nodiscard]] Named device_of(const Prepared& prepared) const;
    // MSH-10 and OBR-3 of what has that key.
    [[nodiscard]] std::string message_number(const crypto::Digest& key) const;
    [[nodiscard]] std::string name_of(const Prepared& prepared, ByteView octets) const;
    [[nodiscard]] Result<transport::OutboundMessage> render_hl7(const Hl7Form& form,
                                                                const Prepared& prepared) const;
    [[nodiscard]] Result<transport::OutboundMessage> render_fhir(const FhirForm& form,
                                                                 const std::vector<Prepared>& reports) const;

    [[nodiscard]] Result<transport::OutboundMessage> render_objects(
        const dicom::ProfileOptions& profile, const std::vector<Prepared>& reports) const;
    // As the destination may see it.
    [[nodiscard]] Result<std::shared_ptr<dicom::Object>> open_object(const dicom::ProfileOptions& profile,
                                                                     const Prepared& prepared) const;

    const DestinationSettings& settings_;
    vault::IdentityVault& vault_;
    const pseudonym::Pseudonymizer& pseudonymizer_;
    const device::DeviceRegistry& devices_;
    const std::filesystem::path objects_;
};

}  // namespace edgeward::delivery
