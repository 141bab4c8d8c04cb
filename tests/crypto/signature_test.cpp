#include <edgeward/crypto/signature.hpp>

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "octets.hpp"

namespace edgeward::crypto {
namespace {

struct Case {
    std::string_view seed;
    std::string_view key;
    std::string_view message;
    std::string_view signature;
};

// RFC 8032 §7.1, tests 1 to 3 and SHA(abc).
constexpr std::array rfc_vectors = {
    Case{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25"
         "bf5f0595b"
         "be24655141438e7a100b"},
    Case{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387"
         "b2eaeb430"
         "2aeeb00d291612bb0c00"},
    Case{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7"
         "c15e9716e"
         "d28dc027beceea1ec40a"},
    Case{"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
         "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454"
         "d4423643c"
         "e80e2a9ac94fa54ca49f",
         "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dc"
         "a179c138a"
         "c17ad9bef1177331a704"},
};

// openssl pkey -pubout of the first vector's seed.
const std::string first_key_pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";

TEST_CASE("Ed25519 gives the vectors of RFC 8032", "[signature]") {
    for (const Case& vector : rfc_vectors) {
        const Secret seed = secret(vector.seed);
        const Bytes message = octets(vector.message);
        CHECK(to_hex(public_key_of(seed)) == vector.key);
        CHECK(to_hex(sign(seed, message)) == vector.signature);
        CHECK(verify(fixed<32>(vector.key), message, fixed<64>(vector.signature)));
    }
}

TEST_CASE("any flipped bit makes a signature false", "[signature]") {
    const Secret seed = secret(rfc_vectors[2].seed);
    const PublicKey key = public_key_of(seed);
    const Bytes message = octets("af82");
    const Signature signature = sign(seed, message);
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
        Signature altered = signature;
        altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ 1U << bit % 8);
        CHECK_FALSE(verify(key, message, altered));
    }
    for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
        Bytes altered = message;
        altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ 1U << bit % 8);
        CHECK_FALSE(verify(key, altered, signature));
    }
    CHECK_FALSE(verify(public_key_of(secret(rfc_vectors[0].seed)), message, signature));
    CHECK_FALSE(verify(PublicKey{}, message, signature));
    CHECK(verify(key, message, signature));
}

TEST_CASE("a public key is written as openssl writes it", "[signature]") {
    CHECK(to_pem(fixed<32>(rfc_vectors[0].key)) == first_key_pem);
    const auto parsed = parse_public_key(first_key_pem);
    REQUIRE(parsed);
    CHECK(to_hex(*parsed) == rfc_vectors[0].key);
}

TEST_CASE("keys of another kind and other texts are invalid", "[signature]") {
    const std::string bad = GENERATE_COPY(values<std::string>({
        "",
        "no PEM",
        first_key_pem.substr(0, 60),
        // openssl genpkey -algorithm x25519 | openssl pkey -pubout
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAwnjq9fu7ilaWkMS/yhiNloWhVTLOOC6ChKs8EBGI434=\n"
        "-----END PUBLIC KEY-----\n",
        // openssl ecparam -name prime256v1 -genkey -noout | openssl pkey -pubout
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjZ+kl0XhlIQhDQwUVmJuzFpbfxeB\n"
        "4QdhMHr+7Rzs+QFx+o+IhmSWtyglRKW/K8KmnJD+xDV9n4k8u2K1EFZ6Mw==\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
        "AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
        "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n",
        std::string(70000, 'x'),
    }));
    const auto parsed = parse_public_key(bad);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == ErrorKind::invalid_input);
}

}  // namespace
}  // namespace edgeward::crypto
