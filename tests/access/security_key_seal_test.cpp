#include "security_key_seal.hpp"

#include <catch2/catch_test_macros.hpp>

#include "account_seal.hpp"

namespace edgeward::access {
namespace {

struct Keys {
    // As in the example of docs/accounts-format.md.
    Secret master{Bytes(32, 0x2A)};
    crypto::SealingKey sealing{account_sealing_key(master)};
    Secret digesting{account_digesting_key(master)};
};

}  // namespace

TEST_CASE("an id's digest is that of the documented example", "[security_key_seal]") {
    // openssl dgst -sha256 -mac HMAC, see docs/accounts-format.md
    const Keys keys;
    CHECK(to_hex(digest_of_key_id(keys.digesting, bytes_of("an id of a key"))) ==
          "405ca97667e07683f2a3f3b48733a4f72fbd3f8f317764b18355ca17c332a4bd");
}

TEST_CASE("what is sealed opens for its account and its digest alone", "[security_key_seal]") {
    const Keys keys;
    const PublicKey key{KeyAlgorithm::rs256, Bytes(259, 3)};
    const auto id = bytes_of("an id");
    const auto digest = digest_of_key_id(keys.digesting, id);
    const auto sealed = seal_security_key(keys.sealing, 7, id, key);
    SecurityKey opened;
    REQUIRE(open_security_key(keys.sealing, keys.digesting, 7, sealed, digest, opened));
    CHECK(text_of(opened.id) == "an id");
    CHECK(opened.key.algorithm == KeyAlgorithm::rs256);
    CHECK(opened.key.octets == key.octets);
    CHECK_FALSE(open_security_key(keys.sealing, keys.digesting, 8, sealed, digest, opened));
    CHECK_FALSE(open_security_key(keys.sealing, keys.digesting, 7, sealed, crypto::sha256(id), opened));
    auto altered = sealed;
    altered.back() ^= 1U;
    CHECK_FALSE(open_security_key(keys.sealing, keys.digesting, 7, altered, digest, opened));
}

TEST_CASE("the sealed octets are as documented", "[security_key_seal]") {
    const Keys keys;
    const auto context = sealing_context("security key", 7);
    const auto sealed = seal_security_key(keys.sealing, 7, bytes_of("id"), {KeyAlgorithm::es256, {1, 2, 3}});
    CHECK(to_hex(keys.sealing.open(sealed, context).value().reveal()) == "fff900026964010203");
    SecurityKey opened;
    const auto refused = [&](std::string_view hex) {
        Bytes plain;
        REQUIRE(from_hex(hex, plain));
        return open_security_key(keys.sealing, keys.digesting, 7, keys.sealing.seal(plain, context),
                                 digest_of_key_id(keys.digesting, bytes_of("id")), opened)
                   .error()
                   .kind == ErrorKind::corrupt;
    };
    CHECK(refused(""));
    CHECK(refused("fff900"));
    CHECK(refused("fff900036964"));  // shorter than it says
    CHECK(refused("fff800ff6964010203"));
    CHECK(refused("000000026964010203"));  // no algorithm of ours
}

}  // namespace edgeward::access
