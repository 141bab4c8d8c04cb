#pragma once

#include <nlohmann/json.hpp>

#include <edgeward/vault/consent_register.hpp>

#include "control_desk.hpp"

namespace edgeward::app {

// What holds for each purpose and until when, and the entries and documents it comes from
// (docs/control-api.md, /v1/consents/show).
Result<nlohmann::json> consents_on_record(const ControlParts& parts, const vault::RecordedConsents& recorded);

}  // namespace edgeward::app
