#pragma once

#include <edgeward/access/account_book.hpp>
#include <edgeward/access/session_book.hpp>
#include <edgeward/admin/http.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/store/writer.hpp>

namespace edgeward::app {

struct AccountRoutes {
    access::AccountBook* accounts = nullptr;  // nothing while admin.api is false
    access::SessionBook& sessions;
    store::Writer& writer;
    const Clock& clock;
};

// /v1/users: who may sign in. Each change has its audit record before it is made.
admin::Routes account_routes(const AccountRoutes& parts);

}  // namespace edgeward::app
