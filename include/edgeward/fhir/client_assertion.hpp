#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>

// The signed statement with which a client proves who it is to a token endpoint: SMART Backend Services
// (SMART App Launch 2.2.0, asymmetric client authentication), RFC 7523, as a JWT (RFC 7519) in compact form
// (RFC 7515).
//
//   header  {"alg":"ES384"|"RS384","kid":…,"typ":"JWT"}
//   claims  {"iss":client,"sub":client,"aud":token endpoint,"exp":…,"iat":…,"jti":…}
namespace edgeward::fhir {

struct AssertionClaims {
    std::string client_id;
    std::string token_endpoint;  // URL; the audience
    std::string unique;          // jti: never used twice
    Instant now{};
    std::chrono::seconds lifetime{240};  // SMART: at most 300; longer is cut to that
};

// A private key: EC P-384 signs ES384, RSA of 3072 bits or more signs RS384. Threads: any.
class AssertionKey {
public:
    // PEM (PKCS#8 or traditional, not encrypted). misconfigured: unreadable, another kind of key, too short.
    static Result<AssertionKey> parse(const Secret& pem, std::string key_id);
    AssertionKey(AssertionKey&&) noexcept;
    AssertionKey& operator=(AssertionKey&&) noexcept;
    AssertionKey(const AssertionKey&) = delete;
    AssertionKey& operator=(const AssertionKey&) = delete;
    ~AssertionKey();

    // "ES384" or "RS384".
    [[nodiscard]] const std::string& algorithm() const noexcept;
    [[nodiscard]] Result<std::string> sign(const AssertionClaims& claims) const;

private:
    struct State;
    explicit AssertionKey(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace edgeward::fhir
