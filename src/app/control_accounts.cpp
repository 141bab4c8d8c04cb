#include "control_accounts.hpp"

#include <algorithm>

#include "control_request.hpp"
#include "policy_settings.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::size_t most_roles = 6;  // with their names and the ward they fit into an audit record
constexpr std::size_t longest_ward = 32;

struct Standing {
    std::vector<std::string> roles;
    std::string ward;
};

Result<Standing> standing_in(const json& body) {
    Standing standing;
    const auto roles = body.find("roles");
    if (roles == body.end() || !roles->is_array() || roles->size() > most_roles)
        return failure(ErrorKind::invalid_input, "roles: expected a list of at most 6 names");
    for (const auto& role : *roles) {
        if (!role.is_string() || !is_role_name(role.get_ref<const std::string&>()))
            return failure(ErrorKind::invalid_input, "roles: expected 1 to 32 of a-z 0-9 -, and not system");
        standing.roles.push_back(role.get<std::string>());
    }
    auto ward = text_in(body, "ward", false);
    if (!ward) return failure(std::move(ward.error()));
    // An audit record names it, and holds printable ASCII.
    if (ward->size() > longest_ward || ward->starts_with(' ') || ward->ends_with(' ') ||
        !std::all_of(ward->begin(), ward->end(), [](char c) { return c >= ' ' && c <= '~'; }))
        return failure(ErrorKind::invalid_input,
                       "ward: expected at most 32 printable characters of ASCII, and no blank at its ends");
    standing.ward = *std::move(ward);
    return standing;
}

std::string rule_of(const Standing& standing) {
    std::string rule;
    for (const auto& role : standing.roles)
        rule.append(rule.empty() ? "" : " ").append(role);
    if (!standing.ward.empty()) rule.append(" of ward ").append(standing.ward);
    return rule;
}

Result<void> record(const AccountRoutes& parts, const admin::HttpRequest& request, std::string what,
                    std::string rule = {}) {
    auto event = make_event(request, audit::Action::account_changed, std::move(what));
    event.rule = std::move(rule);
    return write_audit(parts.writer, std::move(event));
}

json json_of(const access::Account& account) {
    return {{"user", account.name},
            {"roles", account.roles},
            {"ward", account.ward},
            {"state", access::name_of(account.state)},
            {"created", to_rfc3339(account.created)},
            {"last_sign_in", time_or_null(account.last_sign_in)}};
}

json json_of(const access::Invitation& invitation) {
    return {{"code", invitation.code}, {"expires", to_rfc3339(invitation.expires)}};
}

Result<json> list(const AccountRoutes& parts, const admin::HttpRequest& request) {
    const auto accounts = parts.accounts->all();
    if (!accounts) return failure(accounts.error());
    json made = {{"users", json::array()}};
    for (const auto& account : *accounts)
        made["users"].push_back(json_of(account));
    auto event = make_event(request, audit::Action::accounts_listed, "accounts");
    event.count = accounts->size();
    if (auto written = write_audit(parts.writer, std::move(event)); !written) return failure(written.error());
    return made;
}

Result<json> invite_first(const AccountRoutes& parts, const admin::HttpRequest& request) {
    const auto accounts = parts.accounts->all();
    if (!accounts) return failure(accounts.error());
    if (accounts->empty()) {
        if (auto written = record(parts, request, "invite the first"); !written)
            return failure(written.error());
    }
    const auto invitation = parts.accounts->invite_first(parts.clock.now());
    if (!invitation) return failure(invitation.error());
    return json_of(*invitation);
}

Result<json> add(const AccountRoutes& parts, const admin::HttpRequest& request) {
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto user = text_in(*body, "user", true);
    if (!user) return failure(user.error());
    if (!access::is_account_name(*user))
        return failure(ErrorKind::invalid_input, "user: expected 1 to 32 of a-z 0-9 . _ -");
    const auto standing = standing_in(*body);
    if (!standing) return failure(standing.error());
    if (auto written = record(parts, request, "add " + *user, rule_of(*standing)); !written)
        return failure(written.error());
    const auto invitation = parts.accounts->add(*user, standing->roles, standing->ward, parts.clock.now());
    if (!invitation) return failure(invitation.error());
    json made = json_of(*invitation);
    made["user"] = *user;
    return made;
}

// The account a path names. invalid_input: there is none.
Result<access::Account> account_in(const AccountRoutes& parts, const admin::HttpRequest& request) {
    auto account = parts.accounts->find(request.path.at(2));
    if (!account) return failure(std::move(account.error()));
    if (!*account) return failure(ErrorKind::invalid_input, "there is no such account");
    return **std::move(account);
}

Result<json> set_roles(const AccountRoutes& parts, const admin::HttpRequest& request) {
    const auto account = account_in(parts, request);
    if (!account) return failure(account.error());
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto standing = standing_in(*body);
    if (!standing) return failure(standing.error());
    if (auto written = record(parts, request, "roles " + account->name, rule_of(*standing)); !written)
        return failure(written.error());
    if (auto set = parts.accounts->set_roles(account->name, standing->roles, standing->ward); !set)
        return failure(set.error());
    parts.sessions.end_all_of(account->number);
    return json{{"user", account->name}, {"roles", standing->roles}, {"ward", standing->ward}};
}

Result<json> reset(const AccountRoutes& parts, const admin::HttpRequest& request) {
    const auto account = account_in(parts, request);
    if (!account) return failure(account.error());
    if (auto written = record(parts, request, "reset " + account->name); !written)
        return failure(written.error());
    const auto invitation = parts.accounts->reset(account->name, parts.clock.now());
    if (!invitation) return failure(invitation.error());
    parts.sessions.end_all_of(account->number);
    json made = json_of(*invitation);
    made["user"] = account->name;
    return made;
}

Result<json> switch_to(const AccountRoutes& parts, const admin::HttpRequest& request, bool disabled) {
    const auto account = account_in(parts, request);
    if (!account) return failure(account.error());
    const std::string what = disabled ? "disable " : "enable ";
    if (auto written = record(parts, request, what + account->name); !written)
        return failure(written.error());
    if (auto set = parts.accounts->disable(account->name, disabled); !set) return failure(set.error());
    if (disabled) parts.sessions.end_all_of(account->number);
    const auto changed = account_in(parts, request);
    if (!changed) return failure(changed.error());
    return json{{"user", changed->name}, {"state", access::name_of(changed->state)}};
}

Result<json> disable(const AccountRoutes& parts, const admin::HttpRequest& request) {
    return switch_to(parts, request, true);
}

Result<json> enable(const AccountRoutes& parts, const admin::HttpRequest& request) {
    return switch_to(parts, request, false);
}

}  // namespace

admin::Routes account_routes(const AccountRoutes& parts) {
    using Handler = Result<json> (*)(const AccountRoutes&, const admin::HttpRequest&);
    const auto route = [&](const char* method, const char* pattern, Handler handler) {
        return control_route(
            method, pattern, [parts, handler](const admin::HttpRequest& request) -> Result<json> {
                if (parts.accounts == nullptr)
                    return failure(ErrorKind::invalid_input, "there are no accounts: admin.api is false");
                return handler(parts, request);
            });
    };
    return {route("GET", "/v1/users", &list),
            route("POST", "/v1/users", &add),
            route("POST", "/v1/users/first-code", &invite_first),
            route("POST", "/v1/users/{user}/roles", &set_roles),
            route("POST", "/v1/users/{user}/reset", &reset),
            route("POST", "/v1/users/{user}/disable", &disable),
            route("POST", "/v1/users/{user}/enable", &enable)};
}

}  // namespace edgeward::app
