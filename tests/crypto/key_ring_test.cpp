#include <edgeward/crypto/key_ring.hpp>

#include <set>

#include <catch2/catch_test_macros.hpp>

#include "octets.hpp"

namespace edgeward::crypto {
namespace {

const std::string first_line = "edgeward-keyring 1\n";

// Made with python3-cryptography: base64(b"\x01" + n + AESGCM(b"\x11" * 32).encrypt(n, key,
// b"edgeward-keyring 1 " + name)) with n = bytes([i] * 12) and key = bytes([0xa0 + i] * 32) for i from 0.
const std::string ring_made_elsewhere =
    first_line +
    "audit-signing AQAAAAAAAAAAAAAAAGRqvsdBDz05obodpXtSei9RwC8+WAT+TNlF4zuk/TD+zLcl0ZT77t7YKwksP9Ia7A==\n"
    "person AQEBAQEBAQEBAQEBAecSIX0vom1toKkIfw4Q1xw+54IiF05bAvmgDC5VeTc0ZWC8bGk1KeRbqQ6oa3SqOQ==\n"
    "pseudonym AQICAgICAgICAgICAuCSrIxE45X4DWntvWkq5Vu6sZyxSLc+AB7PE6idn6Vf/UtdC3qu/FhOlRfZSAmmtw==\n"
    "quarantine AQMDAwMDAwMDAwMDA5Ha99+DK65lJC5hCtLoyQlh/HcvYupx4mSE0GS6TjreBPdARrcs5rdEFji2Afn37g==\n"
    "store AQQEBAQEBAQEBAQEBMfVyqEQhdabqthsMhTzKBhw3deQ36mJ8dYrFa1EjC3uIf3nTMQdcRuRnM0l3nHYxg==\n"
    "technical AQUFBQUFBQUFBQUFBVVir3PoB5LPt9jT717flU/EsWZBhDtZKEL0VOAzWVoUI+REtsN6HGA/HRUccMeGYQ==\n"
    "vault AQYGBgYGBgYGBgYGBivWdXnVkpKSMkSXd9xJqkCgp9khyxzU5sUEAFoLHca7ZbtNVQmg6oA3cRNoMDDZsg==\n";

Secret elsewhere_kek() {
    return Secret(Bytes(32, 0x11));
}

ErrorKind refusal(std::string_view text, const Secret& kek) {
    const auto ring = KeyRing::unwrap(text, kek);
    REQUIRE_FALSE(ring);
    return ring.error().kind;
}

TEST_CASE("a key ring made by another program unwraps", "[key_ring]") {
    const auto ring = KeyRing::unwrap(ring_made_elsewhere, elsewhere_kek());
    REQUIRE(ring);
    const auto audit = ring->key(key_name::audit_signing);
    const auto vault = ring->key(key_name::vault);
    REQUIRE((audit && vault));
    CHECK(to_hex(audit->reveal()) == to_hex(Bytes(32, 0xA0)));
    CHECK(to_hex(vault->reveal()) == to_hex(Bytes(32, 0xA6)));
}

TEST_CASE("a fresh ring has every key and all differ", "[key_ring]") {
    const KeyRing ring = KeyRing::generate();
    std::set<std::string> seen;
    for (const std::string_view name :
         {key_name::store, key_name::vault, key_name::pseudonym, key_name::person, key_name::quarantine,
          key_name::technical, key_name::audit_signing}) {
        const auto key = ring.key(name);
        REQUIRE(key);
        CHECK(key->size() == 32);
        seen.insert(to_hex(key->reveal()));
    }
    CHECK(seen.size() == 7);
    const auto unknown = ring.key("other");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("changing the wrapping key keeps every key", "[key_ring]") {
    const auto ring = KeyRing::unwrap(ring_made_elsewhere, elsewhere_kek());
    REQUIRE(ring);
    const Secret kek(Bytes(32, 0x22));
    const std::string wrapped = ring->wrap(kek);
    CHECK(wrapped != ring->wrap(kek));  // fresh nonces
    CHECK(refusal(wrapped, elsewhere_kek()) == ErrorKind::corrupt);
    const auto again = KeyRing::unwrap(wrapped, kek);
    REQUIRE(again);
    CHECK(to_hex(again->key(key_name::store)->reveal()) == to_hex(Bytes(32, 0xA4)));
}

TEST_CASE("any altered octet of a key line is corrupt", "[key_ring]") {
    const Secret kek = elsewhere_kek();
    for (std::size_t i = first_line.size(); i < ring_made_elsewhere.size(); ++i) {
        for (const int flip : {0x01, 0x04, 0x20, 0x80}) {
            std::string altered = ring_made_elsewhere;
            altered[i] = static_cast<char>(altered[i] ^ flip);
            CAPTURE(i, flip);
            CHECK(refusal(altered, kek) == ErrorKind::corrupt);
        }
    }
}

TEST_CASE("a ring cut anywhere is refused", "[key_ring]") {
    const Secret kek = elsewhere_kek();
    for (std::size_t size = 0; size < ring_made_elsewhere.size(); ++size) {
        CHECK_FALSE(KeyRing::unwrap(std::string_view(ring_made_elsewhere).substr(0, size), kek));
    }
}

TEST_CASE("what is not a ring of version 1 is invalid", "[key_ring]") {
    const Secret kek = elsewhere_kek();
    for (const std::string_view text : {"", "\n", "edgeward-keyring 1", "edgeward-keyring 2\n",
                                        "edgeward-keyring 1 \n", "edgeward-keyring 1\r\n",
                                        "\xEF\xBB\xBF"
                                        "edgeward-keyring 1\n"}) {
        CHECK(refusal(text, kek) == ErrorKind::invalid_input);
    }
}

TEST_CASE("a missing key is invalid", "[key_ring]") {
    const auto last = ring_made_elsewhere.find("vault ");
    CHECK(refusal(ring_made_elsewhere.substr(0, last), elsewhere_kek()) == ErrorKind::invalid_input);
    CHECK(refusal(first_line, elsewhere_kek()) == ErrorKind::invalid_input);
}

TEST_CASE("a doubled line and lines under each others names are corrupt", "[key_ring]") {
    const auto last = ring_made_elsewhere.find("vault ");
    CHECK(refusal(ring_made_elsewhere + ring_made_elsewhere.substr(last), elsewhere_kek()) ==
          ErrorKind::corrupt);
    std::string exchanged = ring_made_elsewhere;
    exchanged.replace(last, 5, "store");
    exchanged.replace(exchanged.find("store "), 5, "vault");
    CHECK(refusal(exchanged, elsewhere_kek()) == ErrorKind::corrupt);
}

TEST_CASE("a wrapping key of a wrong size is misconfigured", "[key_ring]") {
    for (const std::size_t size : {0, 16, 31, 33, 64}) {
        CHECK(refusal(ring_made_elsewhere, Secret(Bytes(size, 0x11))) == ErrorKind::misconfigured);
    }
}

}  // namespace
}  // namespace edgeward::crypto
