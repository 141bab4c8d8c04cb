#include <edgeward/audit/witness.hpp>

#include <catch2/catch_test_macros.hpp>

#include "trail.hpp"

namespace edgeward::audit {
namespace {

const std::string name = "witness.hospital.example";
const Instant seen = Instant(std::chrono::milliseconds(1795459730999));  // cut to the second

// The seed of RFC 8032, 7.1, test 2.
Secret witness_seed() {
    Bytes octets;
    REQUIRE(from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", octets));
    return Secret(std::move(octets));
}

Cosigner witness() {
    return {name, crypto::public_key_of(witness_seed())};
}

std::string note() {
    Bytes octets;
    REQUIRE(from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", octets));
    return sign_checkpoint(
        {test_origin, 42, crypto::sha256(bytes_of("root")), crypto::sha256(bytes_of("head")),
         Instant(std::chrono::milliseconds(1795459726123))},
        Secret(std::move(octets)));
}

// Made with tests/audit/cosignature_line.py (Python's cryptography, no code of ours).
const std::string line =
    "\xE2\x80\x94 witness.hospital.example "
    "ybDUIwAAAABrBIqSDZCklT9MJeH2agwchL+a7wAlcKvsdrGf6Av5dxY1DUxAWoHaRhaySrpYh/BEqYUqFBpqzoqWR9tGU1UHBU/"
    "iBA==\n";

}  // namespace

TEST_CASE("a cosignature is the line another implementation makes", "[cosignature]") {
    CHECK(cosign(note(), name, witness_seed(), seen) == line);
}

TEST_CASE("a cosigned note says when the witness has seen it and stays a checkpoint", "[cosignature]") {
    const auto cosigned = add_cosignature(note(), line, witness());
    REQUIRE(cosigned);
    CHECK(*cosigned == note() + line);
    const auto time = verify_cosignature(*cosigned, witness());
    REQUIRE(time);
    CHECK(*time == Instant(std::chrono::seconds(1795459730)));
    Bytes octets;
    REQUIRE(from_hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", octets));
    crypto::PublicKey log{};
    std::copy(octets.begin(), octets.end(), log.begin());
    CHECK(verify_checkpoint(*cosigned, log));
}

TEST_CASE("nothing but a valid line of this witness counts", "[cosignature]") {
    const auto denied = [](const std::string& answer) {
        const auto added = add_cosignature(note(), answer, witness());
        return !added && added.error().kind == ErrorKind::denied;
    };
    CHECK(denied(""));
    CHECK(denied("nonsense\n"));
    CHECK(denied(cosign(note(), name, seed_of(9), seen)));
    CHECK(denied(cosign(note(), "another.example", witness_seed(), seen)));
    std::string other_time = line;
    other_time[other_time.find("BIqS") + 3] = 'T';
    CHECK(denied(other_time));
    CHECK_FALSE(verify_cosignature(note(), witness()));
    // Of another note.
    auto other = note();
    other.replace(other.find("\n42\n"), 4, "\n43\n");
    CHECK_FALSE(add_cosignature(other, line, witness()));
    // Lines of others are not taken over.
    CHECK(add_cosignature(note(), cosign(note(), "another.example", seed_of(3), seen) + line, witness()) ==
          note() + line);
}

TEST_CASE("of several cosignatures the newest counts", "[cosignature]") {
    const auto later = cosign(note(), name, witness_seed(), seen + std::chrono::minutes(5));
    CHECK(add_cosignature(note(), line + later, witness()) == note() + later);
    CHECK(add_cosignature(note(), later + line, witness()) == note() + later);
}

TEST_CASE("a witness has a name that stands in a line", "[cosignature]") {
    CHECK(is_cosigner_name(name));
    CHECK_FALSE(is_cosigner_name(""));
    CHECK_FALSE(is_cosigner_name("two words"));
    CHECK_FALSE(is_cosigner_name("a+b"));
    CHECK_FALSE(is_cosigner_name("M\xC3\xBCller"));
}

}  // namespace edgeward::audit
