#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <edgeward/admin/http.hpp>
#include <edgeward/notification/alarm_service.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>

namespace edgeward::app {

struct Wards {
    // Empty: no such thing, or it stands in none.
    std::function<std::string(std::string_view device)> of_device;
    std::function<std::string(std::string_view alarm)> of_alarm;
};

// As devices are configured, and alarms go on. `alarms`: null while they are not enabled.
Wards wards_of(const pipeline::InboundPipeline& pipeline, const notification::AlarmService* alarms);

// The ward of what a control request is about, for policies: that of the device or the alarm that its path or
// body names, that of the bed in its body, or the one a list is narrowed to. Empty: none, or more than one.
std::string asked_ward(const admin::HttpRequest& request, const Wards& wards);

// Whether a list that is narrowed by "ward" in the query has this entry.
bool in_asked_ward(const admin::HttpRequest& request, std::string_view ward);

}  // namespace edgeward::app
