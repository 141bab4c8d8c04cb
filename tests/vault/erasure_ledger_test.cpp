#include <edgeward/vault/erasure_ledger.hpp>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/bytes.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "database/scratch.hpp"

namespace edgeward::vault {
namespace {

// Made by Python's hmac and hashlib and the Ed25519 of python3-cryptography, as docs/vault-format.md says:
// the master is 32 octets 11, the seed is that of RFC 8032, 7.1, test 1, the persons are 16 octets 01 and 02.
constexpr std::string_view ledger_text =
    "edgeward-erasures 1\n"
    "1\t2026-11-23T18:48:46.123Z\tc6b8372bde9cd9e26cb792d13cf577e6e77a42e9dfa025be99107f9e80cf4995\t"
    "976da6f7738e2ce753613a78b830dfb8a23a1879ca767b555ebdd8cccfad6c82\t"
    "KSDNnkMOQosTLqSoJYsM0AWOIO5xzxn/QVh9+zUMeZmN8u6WoUjsO0FF7FH5dtEnuBAE/j1zMF0y+yBhuLwDDQ==\n"
    "2\t2026-11-23T18:48:47.123Z\tc037b7e247bba2784a094a28fb56da116495ae43b3a48f7dca22a7016d72311d\t"
    "a71648df3217df24437cd7c99d46d98de6b7e8d2308a3c9c11f062ef83c29812\t"
    "bGW1mD/mvddrNK5aLwBxSxSI+OZWMhpSCy/rAK6OlnheVH9vCG13Aci9dHdu2EAz9I/kHibkcDUUFc1wN779Dg==\n";

constexpr std::string_view rfc_8032_seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

// A ring whose keys are all 32 octets 11 but the signing key, which is the one of RFC 8032.
crypto::KeyRing known_ring() {
    const Secret kek(Bytes(32, 0x22));
    const crypto::SealingKey wrapping(kek);
    Bytes seed;
    REQUIRE(from_hex(rfc_8032_seed, seed));
    std::string text = "edgeward-keyring 1\n";
    for (const std::string name :
         {"store", "vault", "pseudonym", "person", "quarantine", "technical", "audit-signing"}) {
        const Bytes key = name == "audit-signing" ? seed : Bytes(32, 0x11);
        const std::string context = "edgeward-keyring 1 " + name;
        text += name + ' ' + to_base64(wrapping.seal(key, bytes_of(context))) + '\n';
    }
    auto ring = crypto::KeyRing::unwrap(text, kek);
    REQUIRE(ring);
    return *std::move(ring);
}

crypto::PublicKey known_key() {
    Bytes seed;
    REQUIRE(from_hex(rfc_8032_seed, seed));
    return crypto::public_key_of(Secret(std::move(seed)));
}

model::Pseudonym person(std::uint8_t octet) {
    return pseudonym::recall(Bytes(16, octet)).value();
}

Instant at_millisecond(std::int64_t count) {
    return Instant(std::chrono::milliseconds(count));
}

ErasureLedger known_ledger() {
    const auto marks = ErasureMarks::make(known_ring()).value();
    ErasureLedger ledger;
    ledger.append(person(1), at_millisecond(1'795'459'726'123), marks);
    ledger.append(person(2), at_millisecond(1'795'459'727'123), marks);
    return ledger;
}

TEST_CASE("the ledger has the octets another program computes", "[erasure_ledger]") {
    CHECK(known_ledger().text() == ledger_text);
    const auto parsed = ErasureLedger::parse(ledger_text, known_key());
    REQUIRE(parsed);
    CHECK(parsed->size() == 2);
    CHECK(parsed->text() == ledger_text);
    CHECK(parsed->link() == known_ledger().link());
}

TEST_CASE("an altered, missing, exchanged or cut line is found", "[erasure_ledger]") {
    const std::string text(ledger_text);
    const auto second = text.find("2\t2026");
    const auto first = text.find("1\t2026");
    const auto refused = [](const std::string& altered) {
        const auto parsed = ErasureLedger::parse(altered, known_key());
        return !parsed && parsed.error().kind == ErrorKind::corrupt;
    };
    for (std::size_t at = first; at < text.size(); ++at) {
        std::string altered = text;
        altered[at] = altered[at] == '0' ? '1' : '0';
        INFO(at);
        CHECK(refused(altered));
    }
    CHECK(refused(text.substr(0, first) + text.substr(second)));
    CHECK(refused(text.substr(0, first) + text.substr(second) + text.substr(first, second - first)));
    CHECK(refused(text.substr(0, text.size() - 1)));
    CHECK(refused(text + "\n"));
    CHECK(ErasureLedger::parse("edgeward-erasures 2\n", known_key()).error().kind ==
          ErrorKind::invalid_input);
}

TEST_CASE("a ledger signed by another installation is refused", "[erasure_ledger]") {
    const auto other = crypto::public_key_of(Secret(Bytes(32, 7)));
    CHECK(ErasureLedger::parse(ledger_text, other).error().kind == ErrorKind::corrupt);
}

TEST_CASE("a longer ledger continues a shorter one of the same history only", "[erasure_ledger]") {
    const auto marks = ErasureMarks::make(known_ring()).value();
    const ErasureLedger two = known_ledger();
    ErasureLedger three = two;
    three.append(person(3), at_millisecond(1'795'459'728'123), marks);
    ErasureLedger other = two;
    other.append(person(4), at_millisecond(1'795'459'728'123), marks);
    CHECK(three.continues(two));
    CHECK(three.continues(ErasureLedger()));
    CHECK(two.continues(two));
    CHECK_FALSE(two.continues(three));
    CHECK_FALSE(three.continues(other));
    CHECK(three.link_at(2) == two.link());
}

TEST_CASE("two histories of one ledger become one that forgets everybody", "[erasure_ledger]") {
    const auto marks = ErasureMarks::make(known_ring()).value();
    ErasureLedger one = known_ledger();
    one.append(person(3), at_millisecond(1'795'459'728'123), marks);
    ErasureLedger other = known_ledger();
    other.append(person(4), at_millisecond(1'795'459'729'123), marks);
    ErasureLedger merged = one;
    merged.merge(other, marks);
    CHECK(merged.size() == 4);
    CHECK(merged.continues(one));
    CHECK(merged.entries().back().mark == marks.of(person(4)));
    CHECK(ErasureLedger::parse(merged.text(), known_key()));
    merged.merge(other, marks);
    CHECK(merged.size() == 4);
    ErasureLedger shorter = known_ledger();
    shorter.merge(one, marks);
    CHECK(shorter.text() == one.text());
    shorter.merge(known_ledger(), marks);
    CHECK(shorter.text() == one.text());
}

TEST_CASE("a folder without a ledger has an empty one and a saved one comes back", "[erasure_ledger]") {
    const database::ScratchFolder folder;
    CHECK(ErasureLedger::load(folder.path(), known_key()).value().size() == 0);
    REQUIRE(known_ledger().save(folder.path()));
    CHECK(database::content_of(folder / "erasures") == ledger_text);
    CHECK(ErasureLedger::load(folder.path(), known_key()).value().size() == 2);
}

}  // namespace
}  // namespace edgeward::vault
