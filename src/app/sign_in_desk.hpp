#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/access/account_book.hpp>
#include <edgeward/access/delays.hpp>
#include <edgeward/access/session_book.hpp>
#include <edgeward/admin/admin_server.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/store/writer.hpp>

#include "failure_tally.hpp"
#include "session_gate.hpp"

namespace edgeward::app {

// What an account may ask for now, and what it might as well once it had shown the second factor again.
struct AllowedActions {
    std::vector<std::string> now;
    std::vector<std::string> with_second_factor;
};

struct SignInParts {
    const admin::AdminSettings& settings;
    access::AccountBook& accounts;
    access::SessionBook& sessions;
    store::Writer& writer;
    const Clock& clock;
    metrics::Registry& metrics;
    std::function<AllowedActions(const admin::SignedIn&)> actions_of;
};

// How people sign in, by HTTPS: password, second factor, sessions (docs/control-api.md#by-https). A session
// is given out after its audit record is committed. Everything outlives the desk. Threads: any.
class SignInDesk {
public:
    explicit SignInDesk(SignInParts parts);

    [[nodiscard]] admin::Routes routes();
    [[nodiscard]] SessionGate& gate() noexcept { return gate_; }
    // Writes the audit records of failures that wait for theirs. Call it every minute; `all` at the end.
    void flush_failures(bool all);

    // For factors that are shown in another way than by a code. Nothing: the account need not wait.
    std::optional<admin::HttpResponse> has_to_wait(const access::Account& account);
    // The session is whole, or its second factor fresh, from now on. `how`: for the audit log.
    admin::HttpResponse factor_shown(const SessionGate::Asking& asking, const admin::HttpRequest& request,
                                     std::string how);
    // Counted like a wrong code.
    admin::HttpResponse factor_refused(const access::Account& account, const admin::HttpRequest& request);

private:
    using Request = admin::HttpRequest;
    using Response = admin::HttpResponse;

    Response sign_in(const Request& request);
    Response accept_invitation(const Request& request);
    Response begin_enrolment(const Request& request);
    Response show_second_factor(const Request& request);
    Response show(const Request& request);
    Response sign_out(const Request& request);
    Response change_password(const Request& request);

    Response half_session(const access::Account& account);
    Result<bool> may_show_key(const access::Account& account);
    Response confirm_enrolment(const SessionGate::Asking& asking, const Request& request,
                               const std::string& code, const Secret& secret);
    Response complete(const SessionGate::Asking& asking, const Request& request, audit::Event event,
                      const std::vector<std::string>& recovery_codes);
    Response whole(const SessionGate::Asking& asking, const access::SessionKey& key,
                   const std::vector<std::string>& recovery_codes);
    // Counts it against the name. `account`: whose it is; null: nobody's.
    Response wrong(const std::string& name, const access::Account* account, const Request& request);
    // Without waiting: how long a refusal takes says nothing about the name.
    void submit(audit::Event event);
    Result<void> record(const access::Account& account, audit::Action action, std::string object);
    void count(const char* result);

    SignInParts parts_;
    SessionGate gate_;
    access::Delays delays_;
    FailureTally failures_;
};

}  // namespace edgeward::app
