#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include <edgeward/admin/http.hpp>
#include <edgeward/audit/record.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/policy/permit.hpp>
#include <edgeward/store/writer.hpp>

#include "policy_settings.hpp"

namespace edgeward::app {

// The action of the policies' schema that a control route is. A route without one of its own is "administer",
// which only who may do everything may do.
std::string_view action_of(std::string_view method, std::string_view pattern);

// Why somebody breaks the glass.
inline constexpr std::array<std::string_view, 4> break_glass_reasons{"emergency", "staff_absent",
                                                                     "system_failure", "other"};

// The time of a request as policies speak of it, in the named zone. misconfigured: there is no such zone.
Result<policy::Circumstances> circumstances_at(Instant now, std::string_view zone);

// The audit record of the policies in force: every decision that follows in the log is one of these.
audit::Event policy_event(const policy::Decider& decider, std::string when);

// Asks the policies before every control request. A denied one is answered with 403 and has its audit record,
// and so has one that the policies allow for the sake of an emergency alone.
// Threads: any.
class AccessGate {
public:
    // Who has asked for what the request decides on. An error: nothing is decided.
    using RequesterOf = std::function<Result<Asker>(const admin::HttpRequest&)>;
    // In which circumstances it is asked now. An error: nothing is decided.
    using CircumstancesNow = std::function<Result<policy::Circumstances>()>;
    // Who asks by HTTPS, or the answer to whoever may not.
    using SessionOf =
        std::function<tl::expected<admin::SignedIn, admin::HttpResponse>(const admin::HttpRequest&)>;
    // The ward of what is asked about; empty: none, or more than one.
    using WardOf = std::function<std::string(const admin::HttpRequest&)>;
    AccessGate(store::Writer& writer, std::vector<RoleAssignment> roles, policy::Decider decider,
               RequesterOf requester_of, CircumstancesNow circumstances,
               std::vector<PersonAssignment> persons = {});
    // Before the first request by HTTPS; without it every one is refused.
    void admit_people(SessionOf session_of, WardOf ward_of);

    // The same route behind the gate, which must outlive it.
    [[nodiscard]] admin::Route guard(admin::Route route);
    void guard(admin::Routes from, admin::Routes& into);
    void replace(std::vector<RoleAssignment> roles, policy::Decider decider,
                 std::vector<PersonAssignment> persons = {});
    // The actions of control routes that the policies let the account do, about its own ward where it has
    // one, in the circumstances of now and with a second factor of `age` seconds.
    [[nodiscard]] Result<std::vector<std::string>> allowed(const admin::SignedIn& who,
                                                           std::int64_t age) const;
    // The policies by which the next request is decided.
    [[nodiscard]] policy::Decider policies() const { return rules()->decider; }

private:
    struct Rules {
        std::vector<RoleAssignment> roles;
        policy::Decider decider;
        std::vector<PersonAssignment> persons;
    };
    [[nodiscard]] std::shared_ptr<const Rules> rules() const;
    [[nodiscard]] Result<policy::AdministrationRequest> asked(const Rules& known,
                                                              const admin::HttpRequest& request,
                                                              std::string_view action) const;
    // What to answer instead of doing it; nothing: it may be done.
    [[nodiscard]] std::optional<admin::HttpResponse> objection(const admin::HttpRequest& request,
                                                               std::string_view action) const;
    [[nodiscard]] admin::HttpResponse denial(const Rules& known, const admin::HttpRequest& request,
                                             policy::AdministrationRequest question,
                                             const policy::Decision& decision) const;

    store::Writer& writer_;
    const RequesterOf requester_of_;
    const CircumstancesNow circumstances_;
    SessionOf session_of_;
    WardOf ward_of_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Rules> rules_;  // shared: a request goes on with those it began with
};

}  // namespace edgeward::app
