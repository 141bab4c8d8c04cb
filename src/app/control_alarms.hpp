#pragma once

#include <edgeward/admin/http.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/notification/alarm_service.hpp>
#include <edgeward/store/writer.hpp>

namespace edgeward::app {

struct AlarmRoutes {
    notification::AlarmService* alarms;  // nothing while alarms are not enabled
    store::Writer& writer;
    const Clock& clock;
};

// /v1/alarms: what goes on, and who has it in hand.
admin::Routes alarm_routes(const AlarmRoutes& parts);

}  // namespace edgeward::app
