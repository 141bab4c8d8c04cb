#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/core/backoff.hpp>
#include <edgeward/delivery/anonymised_settings.hpp>
#include <edgeward/delivery/egress_settings.hpp>
#include <edgeward/dicom/deidentification.hpp>
#include <edgeward/fhir/bundle.hpp>
#include <edgeward/hl7/oru_message.hpp>
#include <edgeward/model/disclosure.hpp>
#include <edgeward/transport/dicom_transport.hpp>
#include <edgeward/transport/fhir_transport.hpp>
#include <edgeward/transport/mllp_transport.hpp>
#include <edgeward/transport/stow_transport.hpp>

namespace edgeward::delivery {

// Who issues identifiers of persons: [[authority]].
struct Authority {
    std::string name;    // as mappings and imports say it
    std::string oid;     // HL7 CX-4: <name>&<oid>&ISO
    std::string system;  // FHIR identifier.system; default urn:oid:<oid>
    std::string type;    // HL7 table 0203 code for FHIR; default: what the identifier itself says
};

struct Hl7Form {
    hl7::OruSettings message;
    transport::MllpSettings connection;
};
struct FhirForm {
    fhir::BundleSettings bundle;
    transport::FhirSettings connection;
};

struct DicomForm {
    dicom::ProfileOptions profile;  // below level identified
    transport::DicomSettings connection;
};
struct DicomwebForm {
    dicom::ProfileOptions profile;  // below level identified
    transport::StowSettings connection;
};

// One entry of [[destination]]: where data goes, for what, and how much of a person goes with it.
struct DestinationSettings {
    std::string name;  // [a-z0-9-]{1,32}; names queue, metrics and audit records
    model::Purpose purpose = model::Purpose::treatment;
    model::IdentityLevel level = model::IdentityLevel::technical;
    std::string legal_basis = "none";           // art9-2h, art9-2j, consent, none
    std::string domain;                         // of its pseudonyms; default: the name
    std::string pseudonym_prefix = "P";         // 1 to 8 of A-Z 0-9
    std::string pseudonym_oid;                  // HL7 CX-4 of the pseudonym; empty: the domain's name alone
    std::vector<std::string> wards;             // only these; empty: all
    std::vector<std::string> codes;             // only these LOINC or MDC codes; empty: all
    std::vector<model::Category> data_classes;  // only these; empty: all that the level lets through
    // How long the receiver promised to keep what it gets; zero: nothing was promised. Declared, not
    // enforced.
    std::chrono::milliseconds retention{0};
    AnonymisedSettings anonymised;  // of level anonymised
    BackoffSettings backoff;
    std::uint32_t attempts = 20;  // of one message that the peer will not take, before it is a dead letter
    // How long after its receipt a report waits for a receiver that does not know patient or case:
    // isik_report.
    std::chrono::milliseconds case_patience = std::chrono::hours(24 * 7);
    InspectionSettings inspection;  // of what goes out, below level identified
    VolumeSettings volume;
    std::variant<Hl7Form, FhirForm, DicomForm, DicomwebForm> form;

    [[nodiscard]] std::string_view kind() const noexcept {
        constexpr std::array<std::string_view, 4> kinds{"hl7", "fhir", "dicom", "dicomweb"};
        return kinds.at(form.index());
    }
    // What a device tells of itself alone has no place there.
    [[nodiscard]] bool persons_only() const noexcept {
        const auto* fhir = std::get_if<FhirForm>(&form);
        return level == model::IdentityLevel::anonymised ||
               (fhir != nullptr && fhir->bundle.form == fhir::BundleForm::isik_report);
    }
    // Who gets objects as they came and says in the end that they are kept (PS3.4 annex J).
    [[nodiscard]] bool commits() const noexcept {
        const auto* dicom = std::get_if<DicomForm>(&form);
        return dicom != nullptr && dicom->connection.commitment && level == model::IdentityLevel::identified;
    }
    // DICOM objects go there and nothing else; elsewhere everything else.
    [[nodiscard]] bool takes_objects() const noexcept {
        return std::holds_alternative<DicomForm>(form) || std::holds_alternative<DicomwebForm>(form);
    }
};

// Reads [[authority]].
std::vector<Authority> read_authorities(config::Section root);
// Reads [[destination]]. Every destination knows the authorities afterwards.
std::vector<DestinationSettings> read_destinations(config::Section root,
                                                   const std::vector<Authority>& authorities);

}  // namespace edgeward::delivery
