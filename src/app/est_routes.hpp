#pragma once

#include <edgeward/admin/http.hpp>
#include <edgeward/enrolment/enrolment_service.hpp>

namespace edgeward::app {

// /.well-known/est: what devices ask by HTTPS to get and renew certificates (RFC 7030 §4.1 and §4.2). The
// service outlives the routes.
admin::Routes est_routes(enrolment::EnrolmentService& service);

}  // namespace edgeward::app
