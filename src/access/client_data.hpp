#pragma once

#include <string_view>

#include <edgeward/access/webauthn.hpp>

namespace edgeward::access {

// The browser's own statement (Web Authentication 5.8.1): of this `type` ("webauthn.create", "webauthn.get"),
// over this challenge, for one of the party's origins and not from inside another page. invalid_input: not.
Result<void> check_client_data(ByteView json, std::string_view type, ByteView challenge,
                               const RelyingParty& party);

}  // namespace edgeward::access
