#include "security_key_desk.hpp"

#include <algorithm>

#include <edgeward/core/base64url.hpp>
#include <edgeward/core/log.hpp>

#include "control_request.hpp"
#include "described_routes.hpp"

namespace edgeward::app {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds fresh{admin::fresh_seconds};
constexpr std::chrono::milliseconds patience = std::chrono::minutes(2);  // as SessionLimits::challenge

admin::HttpResponse json_answer(const json& value) {
    return answer(Result<json>(value));
}

Error switched_off() {
    return {ErrorKind::rejected, "there are no security keys: admin.webauthn.relying_party is empty"};
}

// Octets of a text of the body.
Result<Bytes> octets_in(const json& body, const char* field) {
    const auto text = text_in(body, field, true);
    if (!text) return failure(text.error());
    Bytes octets;
    if (!from_base64url(*text, octets))
        return failure(ErrorKind::invalid_input, std::string(field) + ": expected base64url without padding");
    return octets;
}

// Shown in lists and in the question which key is meant.
Result<std::string> key_name_in(const json& body) {
    auto name = text_in(body, "name", true);
    if (!name) return name;
    const bool odd = std::any_of(name->begin(), name->end(),
                                 [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; });
    if (odd) return failure(ErrorKind::invalid_input, "name: expected no control characters");
    return name;
}

Result<access::Registration> registration_in(const json& body) {
    auto client_data = octets_in(body, "client_data");
    if (!client_data) return failure(std::move(client_data.error()));
    auto attestation = octets_in(body, "attestation");
    if (!attestation) return failure(std::move(attestation.error()));
    return access::Registration{*std::move(client_data), *std::move(attestation)};
}

Result<access::Assertion> assertion_in(const json& body) {
    auto client_data = octets_in(body, "client_data");
    if (!client_data) return failure(std::move(client_data.error()));
    auto authenticator_data = octets_in(body, "authenticator_data");
    if (!authenticator_data) return failure(std::move(authenticator_data.error()));
    auto signature = octets_in(body, "signature");
    if (!signature) return failure(std::move(signature.error()));
    return access::Assertion{*std::move(client_data), *std::move(authenticator_data), *std::move(signature)};
}

json references_to(const std::vector<access::SecurityKey>& keys) {
    json made = json::array();
    for (const auto& key : keys)
        made.push_back({{"type", "public-key"}, {"id", to_base64url(key.id)}});
    return made;
}

json algorithms() {
    json made = json::array();
    for (const auto algorithm : access::key_algorithms)
        made.push_back({{"type", "public-key"}, {"alg", static_cast<int>(algorithm)}});
    return made;
}

json json_of(const access::SecurityKey& key) {
    return {{"security_key", key.number}, {"name", key.name}, {"created", to_rfc3339(key.created)}};
}

std::string object_of(const access::SecurityKey& key) {
    return "security key " + std::to_string(key.number);
}

}  // namespace

access::RelyingParty relying_party(const admin::AdminSettings& settings) {
    constexpr std::uint16_t https = 443;
    access::RelyingParty made{settings.webauthn.relying_party, settings.webauthn.origins};
    if (!made.id.empty() && made.origins.empty())
        made.origins.push_back("https://" + made.id +
                               (settings.port == https ? "" : ":" + std::to_string(settings.port)));
    return made;
}

SecurityKeyDesk::SecurityKeyDesk(SecurityKeyParts parts, SignInDesk& sign_in)
    : parts_(parts), party_(relying_party(parts.settings)), sign_in_(sign_in) {}

Result<void> SecurityKeyDesk::record(const Asking& asking, audit::Action action, std::string object,
                                     ByteView id, audit::Outcome outcome) {
    audit::Event event;
    event.actor = "account:" + asking.account.name;
    event.action = action;
    event.object = std::move(object);
    event.outcome = outcome;
    event.details = crypto::sha256(id);
    return write_audit(parts_.writer, std::move(event));
}

SessionGate::OrRefusal<SessionGate::Asking> SecurityKeyDesk::with_fresh_factor(const Request& request) {
    auto asking = sign_in_.gate().whole_session(request);
    if (!asking || asking->session.second_factor_age <= fresh) return asking;
    auto refused =
        admin::error_response({ErrorKind::denied,
                               "this needs a second factor shown within five minutes; show it again: POST "
                               "/v1/session/second-factor"});
    auto body = nlohmann::ordered_json::parse(refused.body);
    body["remedy"] = "second_factor";
    refused.body = body.dump();
    return tl::unexpected(std::move(refused));
}

admin::HttpResponse SecurityKeyDesk::list(const Request& request) {
    const auto asking = sign_in_.gate().whole_session(request);
    if (!asking) return asking.error();
    if (auto fine = expect_described(*described("GET", "/v1/session/security-keys"), request); !fine)
        return admin::error_response(fine.error());
    const auto keys = parts_.accounts.security_keys(asking->account.number);
    if (!keys) return admin::error_response(keys.error());
    json made = {{"security_keys", json::array()}};
    for (const auto& key : *keys) {
        made["security_keys"].push_back(json_of(key));
        made["security_keys"].back()["last_used"] = time_or_null(key.last_used);
    }
    return json_answer(made);
}

admin::HttpResponse SecurityKeyDesk::begin_registration(const Request& request) {
    const auto asking = with_fresh_factor(request);
    if (!asking) return asking.error();
    if (auto fine = expect_described(*described("POST", "/v1/session/security-keys/registration"), request);
        !fine)
        return admin::error_response(fine.error());
    if (party_.id.empty()) return admin::error_response(switched_off());
    const auto& account = asking->account;
    const auto keys = parts_.accounts.security_keys(account.number);
    if (!keys) return admin::error_response(keys.error());
    const auto challenge = parts_.sessions.challenge(request.session_token, access::Ceremony::registration,
                                                     parts_.clock.monotonic());
    if (!challenge) return no_session();
    const auto handle = to_base64url(parts_.accounts.user_handle(account.number));
    return json_answer(
        {{"public_key",
          {{"rp", {{"id", party_.id}, {"name", "Edgeward"}}},
           {"user", {{"id", handle}, {"name", account.name}, {"displayName", account.name}}},
           {"challenge", to_base64url(*challenge)},
           {"pubKeyCredParams", algorithms()},
           {"timeout", patience.count()},
           {"excludeCredentials", references_to(*keys)},
           {"authenticatorSelection", {{"residentKey", "discouraged"}, {"userVerification", "preferred"}}},
           {"attestation", "none"}}}});
}

admin::HttpResponse SecurityKeyDesk::register_key(const Request& request) {
    const auto asking = sign_in_.gate().whole_session(request);
    if (!asking) return asking.error();
    const auto body =
        expect_described(*described("POST", "/v1/session/security-keys"), request).and_then([&] {
            return object_in_body(request);
        });
    if (!body) return admin::error_response(body.error());
    if (party_.id.empty()) return admin::error_response(switched_off());
    const auto name = key_name_in(*body);
    if (!name) return admin::error_response(name.error());
    const auto registration = registration_in(*body);
    if (!registration) return admin::error_response(registration.error());
    // Given out to a fresh second factor alone.
    const auto challenge = parts_.sessions.take_challenge(
        request.session_token, access::Ceremony::registration, parts_.clock.monotonic());
    if (!challenge)
        return admin::error_response(
            {ErrorKind::invalid_input, "the registration has not begun, or is over"});
    const auto key = access::check_registration(party_, *challenge, *registration);
    if (!key) return admin::error_response(key.error());
    if (auto written = record(*asking, audit::Action::security_key_registered,
                              std::string(name_of(key->key.algorithm)), key->id);
        !written)
        return admin::error_response(written.error());
    const auto added =
        parts_.accounts.add_security_key(asking->account.number, *key, *name, parts_.clock.now());
    if (!added) return admin::error_response(added.error());
    parts_.sessions.end_all_of(asking->account.number, request.session_token);
    return json_answer(json_of(*added));
}

Result<access::SecurityKey> SecurityKeyDesk::key_in_path(const Asking& asking, const Request& request) {
    const auto number = number_of(request.path.at(3), "number");
    if (!number) return failure(number.error());
    const auto keys = parts_.accounts.security_keys(asking.account.number);
    if (!keys) return failure(keys.error());
    const auto found = std::find_if(keys->begin(), keys->end(), [&](const access::SecurityKey& one) {
        return std::cmp_equal(one.number, *number);
    });
    if (found == keys->end()) return failure(ErrorKind::invalid_input, "there is no such security key");
    return *found;
}

admin::HttpResponse SecurityKeyDesk::remove(const Request& request) {
    const auto asking = with_fresh_factor(request);
    if (!asking) return asking.error();
    if (auto fine = expect_described(*described("DELETE", "/v1/session/security-keys/{number}"), request);
        !fine)
        return admin::error_response(fine.error());
    const auto key = key_in_path(*asking, request);
    if (!key) return admin::error_response(key.error());
    if (auto written = record(*asking, audit::Action::security_key_removed, object_of(*key), key->id);
        !written)
        return admin::error_response(written.error());
    if (auto removed = parts_.accounts.remove_security_key(asking->account.number, key->number); !removed)
        return admin::error_response(removed.error());
    // Whoever has signed in with it is out.
    parts_.sessions.end_all_of(asking->account.number, request.session_token);
    return json_answer({{"removed", key->number}});
}

admin::HttpResponse SecurityKeyDesk::challenge(const Request& request) {
    const auto asking = sign_in_.gate().any_session(request);
    if (!asking) return asking.error();
    if (auto fine = expect_described(*described("POST", "/v1/session/second-factor/challenge"), request);
        !fine)
        return admin::error_response(fine.error());
    if (auto waiting = sign_in_.has_to_wait(asking->account)) return *std::move(waiting);
    if (party_.id.empty()) return admin::error_response(switched_off());
    const auto keys = parts_.accounts.security_keys(asking->account.number);
    if (!keys) return admin::error_response(keys.error());
    if (keys->empty() || asking->account.state != access::AccountState::active)
        return admin::error_response({ErrorKind::rejected, "the account has no security key"});
    const auto challenge = parts_.sessions.challenge(request.session_token, access::Ceremony::assertion,
                                                     parts_.clock.monotonic());
    if (!challenge) return no_session();
    return json_answer({{"public_key",
                         {{"challenge", to_base64url(*challenge)},
                          {"rpId", party_.id},
                          {"timeout", patience.count()},
                          {"allowCredentials", references_to(*keys)},
                          {"userVerification", "preferred"}}}});
}

// invalid_input: what was shown is not what was asked for. denied: the key has a copy.
Result<access::SecurityKey> SecurityKeyDesk::shown_key(const Asking& asking, const Request& request) {
    // Taken first: whatever comes with it, no challenge is answered twice.
    const auto challenge = parts_.sessions.take_challenge(request.session_token, access::Ceremony::assertion,
                                                          parts_.clock.monotonic());
    if (!challenge) return failure(ErrorKind::invalid_input, "no challenge, or its time is over");
    const auto body = object_in_body(request);
    if (!body) return failure(body.error());
    const auto id = octets_in(*body, "id");
    if (!id) return failure(id.error());
    const auto assertion = assertion_in(*body);
    if (!assertion) return failure(assertion.error());
    auto key = parts_.accounts.find_security_key(asking.account.number, *id);
    if (!key) return failure(key.error());
    if (!*key || asking.account.state != access::AccountState::active)
        return failure(ErrorKind::invalid_input, "credential id: none of this account");
    const auto handle = text_in(*body, "user_handle", false);
    if (!handle) return failure(handle.error());
    if (!handle->empty() && *handle != to_base64url(parts_.accounts.user_handle(asking.account.number)))
        return failure(ErrorKind::invalid_input, "user handle: another account's");
    const auto counter = access::check_assertion(party_, *challenge, *assertion, (*key)->key);
    if (!counter) return failure(counter.error());
    const auto use =
        parts_.accounts.use_security_key(asking.account.number, (*key)->number, *counter, parts_.clock.now());
    if (!use) return failure(use.error());
    if (*use == access::KeyUse::unknown)
        return failure(ErrorKind::invalid_input, "credential id: none of this account");
    if (*use == access::KeyUse::counted) return **std::move(key);
    if (auto written = record(asking, audit::Action::security_key_copied, object_of(**key), (*key)->id,
                              audit::Outcome::denied);
        !written)
        return failure(written.error());
    return failure(ErrorKind::denied, "its counter has not grown: there is a copy of it");
}

admin::HttpResponse SecurityKeyDesk::show(const Request& request) {
    const auto asking = sign_in_.gate().any_session(request);
    if (!asking) return asking.error();
    if (auto fine = expect_described(*described("POST", "/v1/session/second-factor/security-key"), request);
        !fine)
        return admin::error_response(fine.error());
    if (auto waiting = sign_in_.has_to_wait(asking->account)) return *std::move(waiting);
    if (party_.id.empty()) return admin::error_response(switched_off());
    const auto key = shown_key(*asking, request);
    if (key) return sign_in_.factor_shown(*asking, request, object_of(*key));
    if (key.error().kind != ErrorKind::invalid_input && key.error().kind != ErrorKind::denied)
        return admin::error_response(key.error());
    log::warning("a security key was refused", {{"reason", key.error().message}});
    return sign_in_.factor_refused(asking->account, request);
}

admin::Routes SecurityKeyDesk::routes() {
    using Member = Response (SecurityKeyDesk::*)(const Request&);
    const auto route = [this](const char* method, const char* pattern, Member member) {
        return admin::Route{method,
                            pattern,
                            admin::Exposure::session,
                            admin::Execution::on_pool,
                            [this, member](const Request& request) { return (this->*member)(request); },
                            described(method, pattern)};
    };
    return {route("GET", "/v1/session/security-keys", &SecurityKeyDesk::list),
            route("POST", "/v1/session/security-keys/registration", &SecurityKeyDesk::begin_registration),
            route("POST", "/v1/session/security-keys", &SecurityKeyDesk::register_key),
            route("DELETE", "/v1/session/security-keys/{number}", &SecurityKeyDesk::remove),
            route("POST", "/v1/session/second-factor/challenge", &SecurityKeyDesk::challenge),
            route("POST", "/v1/session/second-factor/security-key", &SecurityKeyDesk::show)};
}

}  // namespace edgeward::app
