#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/core/bytes.hpp>
#include <edgeward/crypto/digest.hpp>

namespace edgeward::app {

// A security key of a few lines: ES256 by OpenSSL, CBOR by hand (CTAP 2.1, Web Authentication 6.5). It does
// what it is told, wrong things too.
class SoftKey {
public:
    using json = nlohmann::json;

    // What navigator.credentials.create() would send to us.
    json create(const json& options, const std::string& origin) {
        const std::string party = options.at("rp").at("id");
        Bytes authenticator = head(party, attested);
        authenticator.resize(authenticator.size() + 16);  // AAGUID
        append_big_endian(authenticator, id.size(), 2);
        authenticator.insert(authenticator.end(), id.begin(), id.end());
        put(authenticator, "a5010203262001215820");
        const Bytes point = public_point();
        authenticator.insert(authenticator.end(), point.begin() + 1, point.begin() + 33);
        put(authenticator, "225820");
        authenticator.insert(authenticator.end(), point.begin() + 33, point.end());
        Bytes object;
        put(object, "a363666d74646e6f6e656761747453746d74a068617574684461746158");
        REQUIRE(authenticator.size() < 256);
        object.push_back(static_cast<std::uint8_t>(authenticator.size()));
        object.insert(object.end(), authenticator.begin(), authenticator.end());
        return {{"client_data", to_base64url(client_data("webauthn.create", options, origin))},
                {"attestation", to_base64url(object)}};
    }
    // navigator.credentials.get()
    json get(const json& options, const std::string& origin) {
        const Bytes data = client_data("webauthn.get", options, origin);
        const Bytes authenticator = head(options.at("rpId"), 0);
        Bytes message = authenticator;
        const auto digest = crypto::sha256(data);
        message.insert(message.end(), digest.begin(), digest.end());
        return {{"id", to_base64url(id)},
                {"client_data", to_base64url(data)},
                {"authenticator_data", to_base64url(authenticator)},
                {"signature", to_base64url(sign(message))}};
    }

    Bytes id{'a', ' ', 'k', 'e', 'y'};
    std::uint32_t counter = 0;
    bool touched = true;

private:
    static constexpr std::uint8_t attested = 0x40;

    static void put(Bytes& out, std::string_view hex) {
        Bytes octets;
        REQUIRE(from_hex(hex, octets));
        out.insert(out.end(), octets.begin(), octets.end());
    }
    static Bytes client_data(const char* type, const json& options, const std::string& origin) {
        const std::string text =
            json({{"type", type}, {"challenge", options.at("challenge")}, {"origin", origin}}).dump();
        return {text.begin(), text.end()};
    }
    [[nodiscard]] Bytes head(const std::string& party, std::uint8_t flags) {
        const auto hash = crypto::sha256(bytes_of(party));
        Bytes made(hash.begin(), hash.end());
        made.push_back(static_cast<std::uint8_t>(flags | (touched ? 1U : 0U)));
        append_big_endian(made, ++counter, 4);
        return made;
    }
    [[nodiscard]] Bytes public_point() const {
        std::size_t size = 0;
        Bytes point(65);
        REQUIRE(EVP_PKEY_get_octet_string_param(key_.get(), "pub", point.data(), point.size(), &size) == 1);
        REQUIRE(size == point.size());
        return point;
    }
    [[nodiscard]] Bytes sign(const Bytes& message) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              &EVP_MD_CTX_free);
        REQUIRE(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
        Bytes signature(128);
        std::size_t size = signature.size();
        REQUIRE(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
        signature.resize(size);
        return signature;
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_{EVP_EC_gen("P-256"), &EVP_PKEY_free};
};

}  // namespace edgeward::app
