#pragma once

#include <nlohmann/json.hpp>

#include <edgeward/vault/consent_register.hpp>

#include "control_desk.hpp"

namespace edgeward::app {

// What holds for each purpose and until when, and the entries and documents it comes from
// (docs/control-api.md, /v1/consents/show).
Result<nlohmann::json> consents_on_record(const ControlParts& parts, const vault::RecordedConsents& recorded);

// Who got data of a person, as /v1/consents/recipients answers; with the audit record `recipients_listed`.
Result<nlohmann::json> recipients_of_subjects(const ControlParts& parts, const admin::HttpRequest& request,
                                              const std::vector<model::Pseudonym>& subjects,
                                              std::optional<model::Purpose> purpose);
Result<nlohmann::json> recipients_of_patient(const ControlParts& parts, const admin::HttpRequest& request,
                                             const model::PatientIdentifier& patient,
                                             std::optional<model::Purpose> purpose);

}  // namespace edgeward::app
