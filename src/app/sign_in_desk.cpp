#include "sign_in_desk.hpp"

#include <edgeward/access/password_rule.hpp>
#include <edgeward/access/qr_code.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/crypto/one_time_code.hpp>

#include "control_request.hpp"
#include "described_routes.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::size_t secret_octets = 20;  // RFC 4226 4, R6: as long as the hash
constexpr std::chrono::seconds fresh{300};
constexpr const char* nobody = "gateway";  // the actor of attempts with names nobody has

std::string actor_named(const std::string& name) {
    return "account:" + name;
}

// One answer for every reason.
admin::HttpResponse wrong_sign_in() {
    auto made = admin::error_response({ErrorKind::denied, "user, password or code is wrong"});
    made.status = 401;
    return made;
}

admin::HttpResponse json_answer(const json& value) {
    return answer(Result<json>(value));
}

json half_json(const access::Account& account, const std::string& csrf, bool security_key) {
    return {{"user", account.name},
            {"csrf", csrf},
            {"second_factor", account.state == access::AccountState::active ? "totp" : "enrol"},
            {"security_key", security_key}};
}

// The body of POST `pattern`, as that is described.
Result<json> body_in(const admin::HttpRequest& request, std::string_view pattern) {
    return expect_described(*described("POST", pattern), request).and_then([&] {
        return object_in_body(request);
    });
}

// The Key Uri Format of authenticator apps; the names need no encoding.
std::string uri_of(const access::Account& account, const std::string& secret) {
    return "otpauth://totp/Edgeward:" + account.name + "?secret=" + secret +
           "&issuer=Edgeward&algorithm=SHA1&digits=6&period=30";
}

json json_of(const SessionGate::Asking& asking, const AllowedActions& actions, std::size_t recovery_codes) {
    const auto& [session, account] = asking;
    return {{"user", account.name},
            {"roles", account.roles},
            {"ward", account.ward},
            {"csrf", session.csrf},
            {"second_factor_age_seconds", session.second_factor_age.count()},
            {"idle_seconds_left", session.idle_left.count()},
            {"seconds_left", session.left.count()},
            {"recovery_codes_left", recovery_codes},
            {"actions", actions.now},
            {"actions_with_second_factor", actions.with_second_factor}};
}

}  // namespace

SignInDesk::SignInDesk(SignInParts parts)
    : parts_(std::move(parts)),
      gate_(parts_.settings, parts_.accounts, parts_.sessions, parts_.clock),
      failures_([this](const std::string& who, std::uint64_t count) {
          audit::Event event;
          event.actor = who;
          event.action = audit::Action::sign_in_failed;
          event.outcome = audit::Outcome::failure;
          event.object = who == nobody ? "with a name nobody has" : "wrong password or code";
          event.count = count;
          submit(std::move(event));
      }) {
    parts_.metrics.on_collect([sessions = parts_.metrics.gauge("edgeward_sessions", "Sessions of accounts."),
                               &book = parts_.sessions, &clock = parts_.clock] {
        sessions.set(static_cast<double>(book.count(clock.monotonic())));
    });
    for (const char* result : {"success", "wrong", "delayed"})
        parts_.metrics.counter("edgeward_sign_ins_total", "Attempts to sign in.", {{"result", result}});
}

void SignInDesk::flush_failures(bool all) {
    failures_.flush(parts_.clock.monotonic(), all);
}

void SignInDesk::count(const char* result) {
    parts_.metrics.counter("edgeward_sign_ins_total", "Attempts to sign in.", {{"result", result}}).add();
}

void SignInDesk::submit(audit::Event event) {
    parts_.writer.submit(
        {[event = std::move(event)](store::ObservationStore& store) { return store.append_audit(event); },
         [](const Result<void>& written) {
             if (!written)
                 log::error("a failed sign-in could not be recorded", {{"reason", written.error().message}});
         }});
}

Result<void> SignInDesk::record(const access::Account& account, audit::Action action, std::string object) {
    audit::Event event;
    event.actor = actor_named(account.name);
    event.action = action;
    event.object = std::move(object);
    return write_audit(parts_.writer, std::move(event));
}

admin::HttpResponse SignInDesk::wrong(const std::string& name, const access::Account* account,
                                      const Request& request) {
    const auto delay = delays_.failed(name, parts_.clock.monotonic());
    count("wrong");
    log::warning("a sign-in failed", {{"address", request.address}});
    failures_.failed(account == nullptr ? std::string(nobody) : actor_named(account->name),
                     parts_.clock.monotonic());
    if (account != nullptr && delay.count() > 0) {
        audit::Event event;
        event.actor = nobody;
        event.action = audit::Action::sign_in_delayed;
        event.object = account->name;
        event.outcome = audit::Outcome::denied;
        event.count = static_cast<std::uint64_t>(delay.count());
        submit(std::move(event));
    }
    return wrong_sign_in();
}

Result<bool> SignInDesk::may_show_key(const access::Account& account) {
    if (parts_.settings.webauthn.relying_party.empty() || account.state != access::AccountState::active)
        return false;
    const auto keys = parts_.accounts.security_keys(account.number);
    if (!keys) return failure(keys.error());
    return !keys->empty();
}

admin::HttpResponse SignInDesk::half_session(const access::Account& account) {
    const auto security_key = may_show_key(account);
    if (!security_key) return admin::error_response(security_key.error());
    const auto key = parts_.sessions.begin(account.number, account.name, parts_.clock.monotonic());
    auto made = json_answer(half_json(account, key.csrf, *security_key));
    made.session_token = key.token;
    return made;
}

admin::HttpResponse SignInDesk::sign_in(const Request& request) {
    if (auto fine = gate_.stranger(request); !fine) return std::move(fine.error());
    const auto body = body_in(request, "/v1/session");
    if (!body) return admin::error_response(body.error());
    const auto user = text_in(*body, "user", true);
    if (!user) return admin::error_response(user.error());
    const auto password = text_in(*body, "password", true);
    if (!password) return admin::error_response(password.error());
    if (const auto wait = delays_.wait(*user, parts_.clock.monotonic())) {
        count("delayed");
        return too_soon(*wait);
    }
    const auto known = parts_.accounts.find(*user);
    if (!known) return admin::error_response(known.error());
    const auto account = parts_.accounts.check_password(*user, bytes_of(*password));
    if (!account) return admin::error_response(account.error());
    if (!*account) return wrong(*user, *known ? &**known : nullptr, request);
    return half_session(**account);
}

admin::HttpResponse SignInDesk::accept_invitation(const Request& request) {
    if (auto fine = gate_.stranger(request); !fine) return std::move(fine.error());
    const auto body = body_in(request, "/v1/session/first");
    if (!body) return admin::error_response(body.error());
    const auto code = text_in(*body, "code", true);
    if (!code) return admin::error_response(code.error());
    const auto user = text_in(*body, "user", true);
    if (!user) return admin::error_response(user.error());
    const auto password = text_in(*body, "password", true);
    if (!password) return admin::error_response(password.error());
    if (!access::is_account_name(*user))
        return admin::error_response({ErrorKind::invalid_input, "user: expected 1 to 32 of a-z 0-9 . _ -"});
    if (auto fine = access::check_new_password(*user, *password); !fine)
        return admin::error_response(fine.error());
    if (const auto wait = delays_.wait(*user, parts_.clock.monotonic())) {
        count("delayed");
        return too_soon(*wait);
    }
    const auto known = parts_.accounts.find(*user);
    if (!known) return admin::error_response(known.error());
    const auto account = parts_.accounts.accept(*code, *user, bytes_of(*password), parts_.clock.now());
    if (!account) return admin::error_response(account.error());
    if (!*account) return wrong(*user, *known ? &**known : nullptr, request);
    if (auto written = record(**account, audit::Action::credentials_changed, "password by a one-time code");
        !written)
        return admin::error_response(written.error());
    return half_session(**account);
}

admin::HttpResponse SignInDesk::begin_enrolment(const Request& request) {
    auto asking = gate_.any_session(request);
    if (!asking) return std::move(asking.error());
    const auto* described_here = described("POST", "/v1/session/second-factor/enrolment");
    if (auto fine = expect_described(*described_here, request); !fine)
        return admin::error_response(fine.error());
    const bool active = asking->account.state == access::AccountState::active;
    if (active && (!asking->session.complete || asking->session.second_factor_age > fresh))
        return admin::error_response(
            {ErrorKind::denied, "a new second factor needs the one there is, shown within five minutes"});
    Bytes octets(secret_octets);
    system_random().fill(octets);
    Secret secret(std::move(octets));
    const std::string text = crypto::to_base32(secret.reveal());
    const std::string uri = uri_of(asking->account, text);
    const auto code = access::qr_code(uri);
    if (!code) return admin::error_response(code.error());
    parts_.sessions.keep_secret(request.session_token, std::move(secret));
    return json_answer({{"secret", text}, {"uri", uri}, {"qr", *code}});
}

admin::HttpResponse SignInDesk::whole(const SessionGate::Asking& asking, const access::SessionKey& key,
                                      const std::vector<std::string>& recovery_codes) {
    const auto session = parts_.sessions.find(key.token, parts_.clock.monotonic());
    if (!session) return no_session();
    const SessionGate::Asking now{*session, asking.account};
    const auto left = parts_.accounts.recovery_codes_left(asking.account.number);
    if (!left) return admin::error_response(left.error());
    const auto actions = parts_.actions_of({asking.account.number, asking.account.name, asking.account.roles,
                                            asking.account.ward, session->second_factor_age.count()});
    const auto security_key = may_show_key(asking.account);
    if (!security_key) return admin::error_response(security_key.error());
    json body = json_of(now, actions, *left);
    body["security_key"] = *security_key;
    body["security_keys_offered"] = !parts_.settings.webauthn.relying_party.empty();
    if (!recovery_codes.empty()) body["recovery_codes"] = recovery_codes;
    auto made = json_answer(body);
    made.session_token = key.token;
    return made;
}

admin::HttpResponse SignInDesk::complete(const SessionGate::Asking& asking, const Request& request,
                                         audit::Event event, const std::vector<std::string>& recovery_codes) {
    event.actor = actor_named(asking.account.name);
    if (auto written = write_audit(parts_.writer, std::move(event)); !written)
        return admin::error_response(written.error());
    if (auto noted = parts_.accounts.note_sign_in(asking.account.number, parts_.clock.now()); !noted)
        return admin::error_response(noted.error());
    const auto key = parts_.sessions.complete(request.session_token, parts_.clock.monotonic());
    if (!key) return no_session();
    delays_.succeeded(asking.account.name);
    if (!asking.session.complete) count("success");
    return whole(asking, *key, recovery_codes);
}

admin::HttpResponse SignInDesk::confirm_enrolment(const SessionGate::Asking& asking, const Request& request,
                                                  const std::string& code, const Secret& secret) {
    const auto step = crypto::step_of_code(secret, code, parts_.clock.now(), 0);
    if (!step) {
        if (!parts_.sessions.wrong_code(request.session_token)) return no_session();
        return wrong_sign_in();
    }
    if (auto written = record(asking.account, audit::Action::credentials_changed, "second factor"); !written)
        return admin::error_response(written.error());
    const auto codes = parts_.accounts.set_second_factor(asking.account.number, secret, *step);
    if (!codes) return admin::error_response(codes.error());
    parts_.sessions.end_all_of(asking.account.number, request.session_token);
    audit::Event event;
    event.action = asking.session.complete ? audit::Action::second_factor_shown : audit::Action::signed_in;
    event.object = "new second factor";
    return complete(asking, request, std::move(event), *codes);
}

admin::HttpResponse SignInDesk::show_second_factor(const Request& request) {
    auto asking = gate_.any_session(request);
    if (!asking) return std::move(asking.error());
    const auto& account = asking->account;
    const auto body = body_in(request, "/v1/session/second-factor");
    if (!body) return admin::error_response(body.error());
    const auto code = text_in(*body, "code", true);
    if (!code) return admin::error_response(code.error());
    if (auto waiting = has_to_wait(account)) return *std::move(waiting);
    if (const auto secret = parts_.sessions.secret(request.session_token))
        return confirm_enrolment(*asking, request, *code, *secret);
    const auto right = parts_.accounts.use_code(account.number, *code, parts_.clock.now());
    if (!right) return admin::error_response(right.error());
    if (!*right) return factor_refused(account, request);
    return factor_shown(*asking, request, code->size() == 6 ? "code" : "recovery code");
}

std::optional<admin::HttpResponse> SignInDesk::has_to_wait(const access::Account& account) {
    const auto wait = delays_.wait(account.name, parts_.clock.monotonic());
    if (!wait) return std::nullopt;
    count("delayed");
    return too_soon(*wait);
}

admin::HttpResponse SignInDesk::factor_shown(const SessionGate::Asking& asking, const Request& request,
                                             std::string how) {
    audit::Event event;
    event.action = asking.session.complete ? audit::Action::second_factor_shown : audit::Action::signed_in;
    event.object = std::move(how);
    return complete(asking, request, std::move(event), {});
}

admin::HttpResponse SignInDesk::factor_refused(const access::Account& account, const Request& request) {
    auto refused = wrong(account.name, &account, request);
    if (!parts_.sessions.wrong_code(request.session_token)) refused.ends_session = true;
    return refused;
}

admin::HttpResponse SignInDesk::show(const Request& request) {
    auto asking = gate_.any_session(request);
    if (!asking) return std::move(asking.error());
    if (!asking->session.complete) {
        const auto security_key = may_show_key(asking->account);
        if (!security_key) return admin::error_response(security_key.error());
        json half = half_json(asking->account, asking->session.csrf, *security_key);
        half["seconds_left"] = asking->session.left.count();
        return json_answer(half);
    }
    auto shown = whole(*asking, {request.session_token, asking->session.csrf}, {});
    shown.session_token.clear();
    return shown;
}

admin::HttpResponse SignInDesk::sign_out(const Request& request) {
    auto asking = gate_.any_session(request);
    if (!asking) return std::move(asking.error());
    if (auto written = record(asking->account, audit::Action::signed_out, "session"); !written)
        return admin::error_response(written.error());
    parts_.sessions.end(request.session_token);
    auto made = json_answer({{"ended", true}});
    made.ends_session = true;
    return made;
}

admin::HttpResponse SignInDesk::change_password(const Request& request) {
    auto asking = gate_.whole_session(request);
    if (!asking) return std::move(asking.error());
    const auto& account = asking->account;
    const auto body = body_in(request, "/v1/session/password");
    if (!body) return admin::error_response(body.error());
    const auto old = text_in(*body, "password", true);
    if (!old) return admin::error_response(old.error());
    const auto chosen = text_in(*body, "new_password", true);
    if (!chosen) return admin::error_response(chosen.error());
    if (auto fine = access::check_new_password(account.name, *chosen); !fine)
        return admin::error_response(fine.error());
    if (const auto wait = delays_.wait(account.name, parts_.clock.monotonic())) return too_soon(*wait);
    const auto right = parts_.accounts.check_password(account.name, bytes_of(*old));
    if (!right) return admin::error_response(right.error());
    if (!*right) return factor_refused(account, request);
    if (auto written = record(account, audit::Action::credentials_changed, "password"); !written)
        return admin::error_response(written.error());
    if (auto set = parts_.accounts.set_password(account.number, bytes_of(*chosen)); !set)
        return admin::error_response(set.error());
    parts_.sessions.end_all_of(account.number, request.session_token);
    const auto key = parts_.sessions.renew(request.session_token, parts_.clock.monotonic());
    return key ? whole(*asking, *key, {}) : no_session();
}

admin::Routes SignInDesk::routes() {
    using Member = Response (SignInDesk::*)(const Request&);
    const auto route = [this](const char* method, const char* pattern, admin::Execution execution,
                              Member member) {
        return admin::Route{method,
                            pattern,
                            admin::Exposure::session,
                            execution,
                            [this, member](const Request& request) { return (this->*member)(request); },
                            described(method, pattern)};
    };
    using admin::Execution;
    return {route("POST", "/v1/session", Execution::apart, &SignInDesk::sign_in),
            route("POST", "/v1/session/first", Execution::apart, &SignInDesk::accept_invitation),
            route("POST", "/v1/session/second-factor", Execution::on_pool, &SignInDesk::show_second_factor),
            route("POST", "/v1/session/second-factor/enrolment", Execution::on_pool,
                  &SignInDesk::begin_enrolment),
            route("GET", "/v1/session", Execution::on_pool, &SignInDesk::show),
            route("DELETE", "/v1/session", Execution::on_pool, &SignInDesk::sign_out),
            route("POST", "/v1/session/password", Execution::apart, &SignInDesk::change_password)};
}

}  // namespace edgeward::app
