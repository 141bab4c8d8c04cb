#pragma once

#include <edgeward/admin/http.hpp>
#include <edgeward/enrolment/account_desk.hpp>
#include <edgeward/enrolment/enrolment_service.hpp>

namespace edgeward::app {

// /v1/device-requests, /v1/device-tokens, /v1/devices/{device}/revoke and /password: what a person decides
// about devices. Without a service (enrolment is not enabled) each is refused, and passwords without a desk.
// All outlive the routes.
admin::Routes enrolment_routes(enrolment::DeviceBook* book, enrolment::EnrolmentService* service,
                               enrolment::AccountDesk* accounts);

}  // namespace edgeward::app
