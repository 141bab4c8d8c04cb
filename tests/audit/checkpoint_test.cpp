#include <edgeward/audit/hash_chain.hpp>

#include <catch2/catch_test_macros.hpp>

#include "trail.hpp"

namespace edgeward::audit {
namespace {

Checkpoint example() {
    Checkpoint checkpoint;
    checkpoint.origin = test_origin;
    checkpoint.size = 42;
    checkpoint.root = crypto::sha256(bytes_of("root"));
    checkpoint.head = crypto::sha256(bytes_of("head"));
    checkpoint.time = Instant(std::chrono::milliseconds(1795459726123));
    return checkpoint;
}

// The seed of RFC 8032, 7.1, test 1.
Secret rfc8032_seed() {
    Bytes octets;
    REQUIRE(from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", octets));
    return Secret(std::move(octets));
}

// Made with tests/audit/checkpoint_note.py (Python's cryptography, no code of ours).
const std::string example_note =
    "edgeward/00112233445566778899aabbccddeeff\n"
    "42\n"
    "SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
    "head 9f2e6d33a3717ee826353a404ba4618d1aeeb6879ad7936bce8ed5f46814924d\n"
    "time 2026-11-23T18:48:46.123Z\n"
    "\n"
    "\xE2\x80\x94 edgeward/00112233445566778899aabbccddeeff "
    "Hy8BTHzNusrufgxdLq0hByzld/TiTthD/e8ZDBqrXQ9yG7x+buibwmFMjWXJmQgPvRrsuuQyOjw0UgbfYsF3/woY0wA=\n";

}  // namespace

TEST_CASE("a checkpoint is the signed note another implementation makes", "[checkpoint]") {
    CHECK(sign_checkpoint(example(), rfc8032_seed()) == example_note);
}

TEST_CASE("a checkpoint is read back with the public key", "[checkpoint]") {
    const auto read = verify_checkpoint(example_note, crypto::public_key_of(rfc8032_seed()));
    REQUIRE(read);
    CHECK(read->origin == test_origin);
    CHECK(read->size == 42);
    CHECK(read->root == example().root);
    CHECK(read->head == example().head);
    CHECK(read->time == example().time);
}

TEST_CASE("a checkpoint signed with another key is denied", "[checkpoint]") {
    const auto read = verify_checkpoint(example_note, crypto::public_key_of(seed_of(3)));
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::denied);
}

TEST_CASE("no flipped bit of a note goes unnoticed", "[checkpoint]") {
    const crypto::PublicKey key = crypto::public_key_of(rfc8032_seed());
    for (std::size_t i = 0; i < example_note.size(); ++i) {
        std::string flipped = example_note;
        flipped[i] = static_cast<char>(flipped[i] ^ 1);
        CAPTURE(i);
        CHECK_FALSE(verify_checkpoint(flipped, key));
    }
}

TEST_CASE("no shortened note is accepted", "[checkpoint]") {
    const crypto::PublicKey key = crypto::public_key_of(rfc8032_seed());
    for (std::size_t size = 0; size < example_note.size(); ++size)
        CHECK_FALSE(verify_checkpoint(std::string_view(example_note).substr(0, size), key));
}

TEST_CASE("a witness may add its signature line", "[checkpoint]") {
    const std::string cosigned =
        example_note +
        "\xE2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1"
        "FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    CHECK(verify_checkpoint(cosigned, crypto::public_key_of(rfc8032_seed())));
    CHECK_FALSE(verify_checkpoint(cosigned + "no signature\n", crypto::public_key_of(rfc8032_seed())));
}

TEST_CASE("a signed note that is no checkpoint of this version is refused as input", "[checkpoint]") {
    const auto read = verify_checkpoint(
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem "
        "is.\n\n"
        "\xE2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6"
        "RyyBwJnAM=\n",
        crypto::public_key_of(rfc8032_seed()));
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::invalid_input);
}

}  // namespace edgeward::audit
