#pragma once

#include <edgeward/model/alert.hpp>
#include <edgeward/notification/alarm_settings.hpp>

#include "notice_text.hpp"

namespace edgeward::notification {

// What the target may know of a notice, for the renderers of HL7 and FHIR. As of the notice's time: however
// late it is told, it reads the same.
model::Alert alert_of(const Telling& telling, const TargetSettings& target);

}  // namespace edgeward::notification
