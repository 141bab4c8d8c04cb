#pragma once

#include <string>

#include <tl/expected.hpp>

#include <edgeward/access/account_book.hpp>
#include <edgeward/access/rate_limit.hpp>
#include <edgeward/access/session_book.hpp>
#include <edgeward/admin/admin_server.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::app {

// Who asks by a session, and whether they may go on: rates, cookie, CSRF token, form of the body, and whether
// the account is still what it was. The refusal otherwise. Threads: any.
class SessionGate {
public:
    template <typename Found>
    using OrRefusal = tl::expected<Found, admin::HttpResponse>;

    struct Asking {
        access::Session session;
        access::Account account;
    };

    SessionGate(const admin::AdminSettings& settings, access::AccountBook& accounts,
                access::SessionBook& sessions, const Clock& clock);

    // Half sessions too.
    OrRefusal<Asking> any_session(const admin::HttpRequest& request);
    OrRefusal<Asking> whole_session(const admin::HttpRequest& request);
    OrRefusal<admin::SignedIn> signed_in(const admin::HttpRequest& request);
    // Before there is a session: the rates and the form of the body alone.
    OrRefusal<void> stranger(const admin::HttpRequest& request);

private:
    OrRefusal<void> within(access::RateLimit& limit, const std::string& name);

    access::AccountBook& accounts_;
    access::SessionBook& sessions_;
    const Clock& clock_;
    access::RateLimit by_address_;
    access::RateLimit by_session_;
    access::RateLimit sign_ins_;
};

// What the settings say of sessions.
access::SessionLimits session_limits(const admin::AdminSettings& settings);
// 401, and the cookie is taken away.
admin::HttpResponse no_session();
// 429 with Retry-After.
admin::HttpResponse too_soon(std::chrono::seconds wait);

}  // namespace edgeward::app
