#include "person_seal.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "fixture.hpp"

namespace edgeward::vault {
namespace {

model::Pseudonym subject_of_octet(std::uint8_t octet) {
    return pseudonym::recall(Bytes(16, octet)).value();
}

TEST_CASE("a sealed part opens as the same part of the same person only", "[person_seal]") {
    const auto seal = PersonSeal::make(crypto::KeyRing::generate()).value();
    const auto one = subject_of_octet(1);
    const auto sealed = seal.seal(Part::identity, one, bytes_of("content"));
    CHECK(text_of(seal.open(Part::identity, one, sealed).value().reveal()) == "content");
    CHECK(seal.open(Part::secret, one, sealed).error().kind == ErrorKind::corrupt);
    CHECK(seal.open(Part::data_key, one, sealed).error().kind == ErrorKind::corrupt);
    CHECK(seal.open(Part::identity, subject_of_octet(2), sealed).error().kind == ErrorKind::corrupt);
}

TEST_CASE("what names a document opens with its own fingerprint only", "[person_seal]") {
    const auto seal = PersonSeal::make(crypto::KeyRing::generate()).value();
    const auto one = crypto::sha256(bytes_of("one"));
    const auto sealed = seal.seal_document(one, bytes_of("content"));
    CHECK(text_of(seal.open_document(one, sealed).value().reveal()) == "content");
    CHECK(seal.open_document(crypto::sha256(bytes_of("two")), sealed).error().kind == ErrorKind::corrupt);
}

TEST_CASE("another key ring opens nothing and finds nothing", "[person_seal]") {
    const auto mine = PersonSeal::make(crypto::KeyRing::generate()).value();
    const auto other = PersonSeal::make(crypto::KeyRing::generate()).value();
    const auto sealed = mine.seal(Part::secret, subject_of_octet(1), bytes_of("content"));
    CHECK_FALSE(other.open(Part::secret, subject_of_octet(1), sealed));
    CHECK(mine.lookup(identifier("1")) != other.lookup(identifier("1")));
}

TEST_CASE("a lookup separates value from authority and ignores the type", "[person_seal]") {
    const auto seal = PersonSeal::make(crypto::KeyRing::generate()).value();
    CHECK(seal.lookup(identifier("23", "kis1")) != seal.lookup(identifier("123", "kis")));
    CHECK(seal.lookup(identifier("1", "a")) != seal.lookup(identifier("1", "b")));
    CHECK(seal.lookup({"1", "kis", "PI"}) == seal.lookup({"1", "kis", "MR"}));
}

// The ring below holds the key "person" as 32 octets 0x50. By OpenSSL 3.0's command line, p = 5050…50:
//   k=$(openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexkey:$p -kdfopt info:edgeward/vault/1/lookup
//   HKDF |
//       tr -d ':\n')
//   printf '\0\0\0\3kis4711' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$k
TEST_CASE("a lookup is the documented function of the identifier", "[person_seal]") {
    const Secret kek(Bytes(32, 0x11));
    const crypto::SealingKey wrapping(kek);
    std::string text = "edgeward-keyring 1\n";
    for (const auto name : {crypto::key_name::audit_signing, crypto::key_name::person,
                            crypto::key_name::pseudonym, crypto::key_name::quarantine,
                            crypto::key_name::store, crypto::key_name::technical, crypto::key_name::vault}) {
        const auto context = "edgeward-keyring 1 " + std::string(name);
        text += std::string(name) + " " + to_base64(wrapping.seal(Bytes(32, 0x50), bytes_of(context))) + "\n";
    }
    const auto ring = crypto::KeyRing::unwrap(text, kek);
    REQUIRE(ring);
    CHECK(to_hex(PersonSeal::make(*ring).value().lookup(identifier("4711"))) ==
          "a9544aaebbb9928b897d63c1612ce1f608942c443afd8bbb40130b70189935d9");
}

}  // namespace
}  // namespace edgeward::vault
