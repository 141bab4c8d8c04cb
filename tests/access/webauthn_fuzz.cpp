#include <cstddef>
#include <cstdint>

#include <edgeward/access/webauthn.hpp>
#include <edgeward/crypto/digest.hpp>

#include "attestation_object.hpp"

// What a stranger's page may send: the envelope of a new key, an authenticator's statement, the browser's.
// For whatever is one a fitting rest is made, so that what lies behind is reached.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edgeward;
    const ByteView octets(data, size);
    const Bytes copy(octets.begin(), octets.end());
    static_cast<void>(access::read_attestation_object(octets));
    static_cast<void>(access::read_authenticator_head(octets));
    const Bytes challenge(32, 7);
    for (const char* name : {"example.org", "localhost"}) {
        const std::string origin = std::string("https://") + name;
        const access::RelyingParty party{name, {origin}};
        const auto client_data = [&](const char* type) {
            const std::string text = std::string(R"({"type":"webauthn.)") + type + R"(","challenge":")" +
                                     to_base64url(challenge) + R"(","origin":")" + origin + R"("})";
            return Bytes(text.begin(), text.end());
        };
        static_cast<void>(access::check_registration(party, challenge, {client_data("create"), copy}));
        static_cast<void>(access::check_registration(party, challenge, {copy, copy}));
        for (const auto algorithm : access::key_algorithms) {
            const access::PublicKey key{algorithm, Bytes(64, 1)};
            static_cast<void>(
                access::check_assertion(party, challenge, {client_data("get"), copy, copy}, key));
            static_cast<void>(access::check_assertion(party, challenge, {client_data("get"), copy, copy},
                                                      {algorithm, copy}));
        }
    }
    return 0;
}
