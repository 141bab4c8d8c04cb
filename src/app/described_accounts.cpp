// Accounts and how people sign in.

#include <edgeward/access/webauthn.hpp>

#include "described_routes.hpp"

namespace edgeward::app {
namespace {

using namespace admin::schema;
using admin::Descriptions;
using admin::get;
using admin::post;
using admin::Schema;
using admin::Session;

Schema half_session() {
    return object({{"user", text(1)},
                   {"csrf", text(1)},
                   {"second_factor", words({"totp", "enrol"})},
                   {"security_key", truth()}});
}

Schema whole_session() {
    return object({{"user", text(1)},
                   {"roles", list(text(1))},
                   {"ward", text()},
                   {"csrf", text(1)},
                   {"second_factor_age_seconds", whole()},
                   {"idle_seconds_left", whole()},
                   {"seconds_left", whole()},
                   {"recovery_codes_left", whole()},
                   {"security_key", truth()},
                   {"security_keys_offered", truth()},
                   {"actions", list(text(1))},
                   {"actions_with_second_factor", list(text(1))}});
}

Descriptions sessions() {
    Schema either;
    either["oneOf"] =
        Schema::array({whole_session(), joined(half_session(), object({{"seconds_left", whole()}}))});
    const Schema user = object({{"user", text(1)}});
    const Schema chosen = text(12, 128);
    admin::Description end{"DELETE", "/v1/session", "", "Ends the session.", object({{"ended", truth()}})};
    return {post("/v1/session", "", "Signs in with a password.",
                 joined(user, object({{"password", text(1)}})), half_session())
                .by(Session::none)
                .may_answer({401, 429}),
            post("/v1/session/first", "", "Sets the first password by a one-time code.",
                 joined(user, object({{"code", text(1)}, {"password", chosen}})), half_session())
                .by(Session::none)
                .may_answer({401, 409, 429}),
            post("/v1/session/second-factor/enrolment", "", "Begins to set up a second factor.", object({}),
                 object({{"secret", text(1)}, {"uri", text(1)}, {"qr", list(text(21, 177), 21)}}))
                .by(Session::half),
            post("/v1/session/second-factor", "", "Shows the second factor.", object({{"code", text(1)}}),
                 joined(whole_session(), object({{"recovery_codes?", list(text(1))}})))
                .by(Session::half),
            get("/v1/session", "", "Says whose session it is and what it may.", either).by(Session::half),
            std::move(end).by(Session::half),
            post("/v1/session/password", "", "Changes one's own password.",
                 object({{"password", text(1)}, {"new_password", chosen}}), whole_session())};
}

// Octets as base64url, of at most so many.
Schema octets(std::size_t most) {
    return text(1, (most * 4 + 2) / 3);
}

// The options of navigator.credentials, in the JSON of Web Authentication Level 3, 5.1.8.
Schema creation_options() {
    const Schema key = object({{"type", words({"public-key"})}, {"id", text(1)}});
    const Schema algorithm = object({{"type", words({"public-key"})}, {"alg", integer()}});
    return object(
        {{"rp", object({{"id", text(1)}, {"name", text(1)}})},
         {"user", object({{"id", text(1)}, {"name", text(1)}, {"displayName", text(1)}})},
         {"challenge", text(1)},
         {"pubKeyCredParams", list(algorithm)},
         {"timeout", whole()},
         {"excludeCredentials", list(key)},
         {"authenticatorSelection", object({{"residentKey", text(1)}, {"userVerification", text(1)}})},
         {"attestation", text(1)}});
}

Schema request_options() {
    const Schema key = object({{"type", words({"public-key"})}, {"id", text(1)}});
    return object({{"challenge", text(1)},
                   {"rpId", text(1)},
                   {"timeout", whole()},
                   {"allowCredentials", list(key)},
                   {"userVerification", text(1)}});
}

Descriptions security_keys() {
    const Schema key = object({{"security_key", whole()}, {"name", text(1)}, {"created", time()}});
    const Schema used = object({{"last_used", nullable(time())}});
    const Schema registration = object({{"name", text(1, 64)},
                                        {"client_data", octets(access::longest_client_data)},
                                        {"attestation", octets(access::longest_attestation)}});
    const Schema assertion = object({{"id", octets(access::longest_credential_id)},
                                     {"client_data", octets(access::longest_client_data)},
                                     {"authenticator_data", octets(access::longest_authenticator_data)},
                                     {"signature", octets(access::longest_signature)},
                                     {"user_handle?", nullable(text(0, 86))}});
    admin::Description remove{"DELETE", "/v1/session/security-keys/{number}", "",
                              "Takes one of one's own security keys away.", object({{"removed", whole()}})};
    return {get("/v1/session/security-keys", "", "Lists one's own security keys.",
                object({{"security_keys", list(joined(key, used))}})),
            post("/v1/session/security-keys/registration", "", "Begins to register a security key.",
                 object({}), object({{"public_key", creation_options()}}))
                .by(Session::fresh)
                .may_answer({409}),
            post("/v1/session/security-keys", "", "Registers a security key.", registration, key)
                .may_answer({409}),
            std::move(remove).by(Session::fresh).may_answer({409}),
            post("/v1/session/second-factor/challenge", "", "Begins to show a security key.", object({}),
                 object({{"public_key", request_options()}}))
                .by(Session::half)
                .may_answer({409}),
            post("/v1/session/second-factor/security-key", "", "Shows a security key as the second factor.",
                 assertion, whole_session())
                .by(Session::half)
                .may_answer({409})};
}

Descriptions users() {
    const Schema standing = object({{"roles", list(text(1, 32), 0, 6)}, {"ward?", nullable(text(0, 32))}});
    const Schema user = object({{"user", text(1, 32)}});
    const Schema code = object({{"code", text(1)}, {"expires", time()}});
    const Schema state = object({{"state", words({"invited", "enrolling", "active", "disabled"})}});
    const Schema known = object({{"roles", list(text(1))}, {"ward", text()}});
    const Schema times = object({{"created", time()}, {"last_sign_in", nullable(time())}});
    const auto change = [](const char* pattern, const char* purpose, Schema body, Schema answer) {
        return post(pattern, "manage-accounts", purpose, std::move(body), std::move(answer))
            .by(Session::fresh);
    };
    return {get("/v1/users", "list-accounts", "Lists the accounts.",
                object({{"users", list(joined(joined(joined(user, known), state), times))}})),
            change("/v1/users", "Makes an account and a one-time code for it.", joined(user, standing),
                   joined(user, code))
                .may_answer({409}),
            change("/v1/users/first-code", "Makes the code of the very first account.", object({}), code)
                .may_answer({409}),
            change("/v1/users/{user}/roles", "Gives an account other roles.", standing, joined(user, known)),
            change("/v1/users/{user}/reset", "Takes password and second factor away and makes a code.",
                   object({}), joined(user, code)),
            change("/v1/users/{user}/disable", "Lets the account sign in no more.", object({}),
                   joined(user, state)),
            change("/v1/users/{user}/enable", "Lets it sign in again.", object({}), joined(user, state))};
}

}  // namespace

Descriptions account_descriptions() {
    return together({sessions(), security_keys(), users()});
}

}  // namespace edgeward::app
