#include <edgeward/vault/erasure_certificate.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::vault {
namespace {

Secret seed() {
    // RFC 8032, 7.1, test 1.
    Bytes octets;
    REQUIRE(from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", octets));
    return Secret(std::move(octets));
}

// The worked example of docs/erasure-certificate.md.
ErasureCertificate example() {
    ErasureCertificate made;
    made.installation = "00112233445566778899aabbccddeeff";
    made.request = 7;
    made.reason = "consent_withdrawn";
    made.time = parse_rfc3339("2026-11-23T18:48:46.123Z")->utc;
    made.ledger = {{1, {}}};
    made.ledger[0].link.fill(0xAB);
    made.count("persons", 1);
    made.count("identifiers", 2);
    made.count("reports", 118);
    made.count("delivery kis", 3);
    made.recipients = {{"kis", 120, 115, parse_rfc3339("2026-11-20T08:00:00Z")->utc,
                        parse_rfc3339("2026-11-23T18:40:00Z")->utc}};
    made.backups = {{"20261123T020000Z-0011aabb", "persons", parse_rfc3339("2026-12-07T02:00:00Z")->utc},
                    {"replaced-by-20261101T020000Z-22334455", "replaced", std::nullopt}};
    made.salt.fill(0x11);
    made.control.fill(0xEF);
    made.fingerprints = {{0x0A0B0C, {}}};
    made.fingerprints[0].mark.fill(0xCD);
    return made;
}

const std::string example_body =
    "edgeward-erasure-certificate 1\n"
    "installation 00112233445566778899aabbccddeeff\n"
    "request 7\n"
    "reason consent_withdrawn\n"
    "time 2026-11-23T18:48:46.123Z\n"
    "ledger 1 abababababababababababababababababababababababababababababababab\n"
    "erased persons 1\n"
    "erased identifiers 2\n"
    "erased reports 118\n"
    "erased delivery kis 3\n"
    "recipient kis 120 115 2026-11-20T08:00:00.000Z 2026-11-23T18:40:00.000Z\n"
    "backup 20261123T020000Z-0011aabb persons 2026-12-07T02:00:00.000Z\n"
    "backup replaced-by-20261101T020000Z-22334455 replaced -\n"
    "unsearched-identifiers 0\n"
    "salt 1111111111111111111111111111111111111111111111111111111111111111\n"
    "control efefefefefefefefefefefefefefefef\n"
    "fingerprint 0a0b0c cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd\n";

}  // namespace

TEST_CASE("a certificate is the lines of its documentation", "[erasure_certificate]") {
    CHECK(body_of(example()) == example_body);
    // printf '%s' "$body" | openssl pkeyutl -sign -rawin -inkey test1.pem | base64 -w0
    CHECK(sign(example(), seed()) ==
          example_body +
              "\nsignature "
              "IiCSxAnasYzymC35yYGxGAZtyM919lkud4ujcArI3CuStnX7aRimLhqwji/5Zi12/ltm0RuOI7+cf4yR5emDCA==\n");
}

TEST_CASE("what is signed is read back", "[erasure_certificate]") {
    const auto read = parse_certificate(sign(example(), seed()), crypto::public_key_of(seed()));
    REQUIRE(read);
    CHECK(body_of(*read) == example_body);
    CHECK(read->counted("delivery kis") == 3);
    CHECK(read->counted("delivery research") == 0);
    CHECK_FALSE(read->backups[1].until);
}

TEST_CASE("any changed octet breaks the signature or the form", "[erasure_certificate]") {
    const std::string text = sign(example(), seed());
    const auto key = crypto::public_key_of(seed());
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CAPTURE(i);
        CHECK_FALSE(parse_certificate(changed, key));
        CHECK_FALSE(parse_certificate(text.substr(0, i), key));
    }
    auto other = seed();
    const auto stranger = crypto::public_key_of(Secret(ByteView(crypto::sha256(other.reveal()))));
    CHECK(parse_certificate(text, stranger).error().kind == ErrorKind::corrupt);
}

TEST_CASE("a line that is none of a certificate is named", "[erasure_certificate]") {
    const auto error = [](const std::string& body) { return parse_certificate_body(body).error().message; };
    CHECK(error("edgeward-erasure-certificate 2\n") == "line 1: expected edgeward-erasure-certificate 1");
    CHECK(error(example_body + "patient 4711\n") ==
          "line 18: expected a line of an erasure certificate of version 1");
    CHECK(error(example_body + "ledger 2 ab\n") == "line 18: expected the words that belong to this line");
    CHECK(error(example_body + "time") == "line 18: expected an end of the line");
    CHECK(error("edgeward-erasure-certificate 1\n") == "not a whole erasure certificate");
}

}  // namespace edgeward::vault
