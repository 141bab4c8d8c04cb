#pragma once

#include <string>

#include <edgeward/access/account_book.hpp>
#include <edgeward/access/session_book.hpp>
#include <edgeward/access/webauthn.hpp>
#include <edgeward/admin/admin_server.hpp>
#include <edgeward/store/writer.hpp>

#include "sign_in_desk.hpp"

namespace edgeward::app {

struct SecurityKeyParts {
    const admin::AdminSettings& settings;
    access::AccountBook& accounts;
    access::SessionBook& sessions;
    store::Writer& writer;
    const Clock& clock;
};

// Who may use a key: what the settings say, with the HTTPS port where they name no origin.
access::RelyingParty relying_party(const admin::AdminSettings& settings);

// Security keys and passkeys beside the code of the second factor, by HTTPS
// (docs/control-api.md#security-keys). What is registered, removed or refused as a copy has its audit record
// first. Everything outlives the desk. Threads: any.
class SecurityKeyDesk {
public:
    SecurityKeyDesk(SecurityKeyParts parts, SignInDesk& sign_in);

    [[nodiscard]] admin::Routes routes();

private:
    using Request = admin::HttpRequest;
    using Response = admin::HttpResponse;
    using Asking = SessionGate::Asking;

    Response list(const Request& request);
    Response begin_registration(const Request& request);
    Response register_key(const Request& request);
    Response remove(const Request& request);
    Response challenge(const Request& request);
    Response show(const Request& request);

    // The refusal of a session that is not whole, or whose second factor is not fresh.
    SessionGate::OrRefusal<Asking> with_fresh_factor(const Request& request);
    Result<access::SecurityKey> shown_key(const Asking& asking, const Request& request);
    Result<access::SecurityKey> key_in_path(const Asking& asking, const Request& request);
    Result<void> record(const Asking& asking, audit::Action action, std::string object, ByteView id,
                        audit::Outcome outcome = audit::Outcome::success);

    SecurityKeyParts parts_;
    access::RelyingParty party_;
    SignInDesk& sign_in_;
};

}  // namespace edgeward::app
