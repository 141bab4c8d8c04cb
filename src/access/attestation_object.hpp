#pragma once

#include <string_view>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>

namespace edgeward::access {

// The envelope of a new key (Web Authentication 6.5.4): a CBOR map of three members. The views are into what
// was read.
struct AttestationObject {
    std::string_view format;
    ByteView statement;  // CBOR, a map
    ByteView authenticator_data;
};

// CBOR (RFC 8949) of definite lengths and at most 8 levels; every member once, no other, nothing behind it.
// invalid_input otherwise. Debian 12's libfido2 has no reader of it.
Result<AttestationObject> read_attestation_object(ByteView octets);

// What every authenticator data begins with (6.1).
struct AuthenticatorHead {
    ByteView relying_party;  // SHA-256 of its id
    bool user_present = false;
    std::uint32_t counter = 0;
};
Result<AuthenticatorHead> read_authenticator_head(ByteView octets);

}  // namespace edgeward::access
