#include <edgeward/fhir/client_assertion.hpp>

#include <memory>
#include <string>
#include <utility>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/core/bytes.hpp>

using namespace edgeward;
using nlohmann::json;

namespace {

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;

Key make_ec(const char* curve) {
    return {EVP_EC_gen(curve), EVP_PKEY_free};
}
Key make_rsa(unsigned bits) {
    return {EVP_RSA_gen(bits), EVP_PKEY_free};
}

Secret pem_of(EVP_PKEY* key) {
    const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return Secret(bytes_of({data, static_cast<std::size_t>(size)}));
}

Bytes unbase64url(std::string text) {
    for (char& c : text)
        c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (text.size() % 4 != 0)
        text += '=';
    Bytes out;
    REQUIRE(from_base64(text, out));
    return out;
}

struct Parts {
    json header;
    json claims;
    std::string signed_text;
    Bytes signature;
};
Parts take_apart(const std::string& token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    return {json::parse(unbase64url(token.substr(0, first))),
            json::parse(unbase64url(token.substr(first + 1, second - first - 1))), token.substr(0, second),
            unbase64url(token.substr(second + 1))};
}

bool verified(EVP_PKEY* key, const std::string& text, const Bytes& signature) {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const auto octets = bytes_of(text);
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha384(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), octets.data(),
                            octets.size()) == 1;
}

// r and s of RFC 7518 §3.4 back into the DER form OpenSSL verifies.
Bytes der_of(const Bytes& raw) {
    ECDSA_SIG* signature = ECDSA_SIG_new();
    ECDSA_SIG_set0(signature, BN_bin2bn(raw.data(), 48, nullptr), BN_bin2bn(raw.data() + 48, 48, nullptr));
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature, &der);
    Bytes out(der, der + size);
    OPENSSL_free(der);
    ECDSA_SIG_free(signature);
    return out;
}

fhir::AssertionClaims claims() {
    return {"edgeward-1", "https://kis.example/token", "b3f0",
            Instant(std::chrono::milliseconds(1795459726999)), std::chrono::seconds(240)};
}

}  // namespace

TEST_CASE("an EC key signs ES384 with raw r and s", "[client_assertion]") {
    const auto key = make_ec("P-384");
    const auto signer = fhir::AssertionKey::parse(pem_of(key.get()), "kid-1");
    REQUIRE(signer);
    CHECK(signer->algorithm() == "ES384");
    const auto parts = take_apart(signer->sign(claims()).value());
    CHECK(parts.header == json({{"alg", "ES384"}, {"kid", "kid-1"}, {"typ", "JWT"}}));
    REQUIRE(parts.signature.size() == 96);
    CHECK(verified(key.get(), parts.signed_text, der_of(parts.signature)));
    CHECK_FALSE(verified(key.get(), parts.signed_text + "x", der_of(parts.signature)));
}

TEST_CASE("an RSA key signs RS384", "[client_assertion]") {
    const auto key = make_rsa(3072);
    const auto signer = fhir::AssertionKey::parse(pem_of(key.get()), "kid-2");
    REQUIRE(signer);
    const auto parts = take_apart(signer->sign(claims()).value());
    CHECK(parts.header["alg"] == "RS384");
    CHECK(verified(key.get(), parts.signed_text, parts.signature));
}

TEST_CASE("the claims are those of SMART backend services", "[client_assertion]") {
    const auto key = make_ec("P-384");
    const auto signer = fhir::AssertionKey::parse(pem_of(key.get()), "kid-1").value();
    auto wanted = claims();
    wanted.lifetime = std::chrono::hours(2);
    const auto made = take_apart(signer.sign(wanted).value()).claims;
    CHECK(made["iss"] == "edgeward-1");
    CHECK(made["sub"] == "edgeward-1");
    CHECK(made["aud"] == "https://kis.example/token");
    CHECK(made["jti"] == "b3f0");
    CHECK(made["iat"] == 1795459726);
    CHECK(made["exp"] == 1795459726 + 300);  // never more than five minutes
}

TEST_CASE("unsuitable keys are refused", "[client_assertion]") {
    CHECK(fhir::AssertionKey::parse(pem_of(make_ec("P-256").get()), "k").error().kind ==
          ErrorKind::misconfigured);
    CHECK_FALSE(fhir::AssertionKey::parse(pem_of(make_rsa(2048).get()), "k"));
    CHECK_FALSE(fhir::AssertionKey::parse(Secret(bytes_of("no key")), "k"));
    CHECK_FALSE(fhir::AssertionKey::parse(Secret(), "k"));
}
