#include <edgeward/crypto/digest.hpp>

#include <string>
#include <thread>
#include <vector>

#include <catch2/benchmark/catch_benchmark.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "hmac_vectors.hpp"
#include "octets.hpp"

namespace edgeward::crypto {
namespace {

TEST_CASE("SHA-256 gives the examples of FIPS 180", "[digest]") {
    // NIST, Cryptographic Standards and Guidelines, Examples with Intermediate Values: SHA256; the empty text
    // and the million letters from the SHA validation system's known answers.
    CHECK(to_hex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256(bytes_of("abc"))) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(sha256(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    const std::string million(1000000, 'a');
    CHECK(to_hex(sha256(bytes_of(million))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("parts are digested as their concatenation", "[digest]") {
    Sha256 pieces;
    pieces.add(bytes_of("a"));
    pieces.add({});
    pieces.add(bytes_of("bc"));
    CHECK(pieces.finish() == sha256(bytes_of("abc")));
    CHECK(pieces.finish() == sha256({}));  // begins anew
    CHECK(sha256({bytes_of("a"), {}, bytes_of("bc")}) == sha256(bytes_of("abc")));
    const Secret key = secret("4a656665");
    CHECK(hmac_sha256(key, {bytes_of("what do ya want "), {}, bytes_of("for nothing?")}) ==
          hmac_sha256(key, bytes_of("what do ya want for nothing?")));
}

TEST_CASE("HMAC gives the vectors of RFC 4231", "[digest]") {
    const auto vector = GENERATE(from_range(hmac_vectors()));
    CHECK(to_hex(hmac_sha256(secret(vector.key), octets(vector.data))) == vector.expected);
}

TEST_CASE("an empty key is a key of its own", "[digest]") {
    // python3: hmac.new(b"", b"", "sha256").hexdigest()| openssl dgst -sha256 -mac HMAC -macopt hexkey:
    const auto other = hmac_sha256(secret("00ff"), bytes_of("x"));
    const auto empty = hmac_sha256(Secret(), {});
    CHECK(to_hex(empty) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    CHECK(hmac_sha256(Secret(), bytes_of("x")) != other);
}

TEST_CASE("HKDF without salt gives the third vector of RFC 5869", "[digest]") {
    const Secret derived = hkdf_sha256(Secret(Bytes(22, 0x0B)), "", 42);
    CHECK(to_hex(derived.reveal()) ==
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("HKDF makes an independent key for each label", "[digest]") {
    // python3: HKDF(hashes.SHA256(), 32, None, b"domain research").derive(bytes(range(32)))
    const Secret master = secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    const Secret research = hkdf_sha256(master, "domain research");
    CHECK(to_hex(research.reveal()) == "20c9c11aa43ae8ec2e189f7b4d7a8b717d08cef8b8317376d541ec71df78b5ad");
    CHECK_FALSE(equal_in_constant_time(research.reveal(), hkdf_sha256(master, "domain vendor").reveal()));
    CHECK(hkdf_sha256(master, "x", 1).size() == 1);
    CHECK(hkdf_sha256(master, "x", 255 * 32).size() == 255 * 32);
}

TEST_CASE("comparison in constant time sees every difference", "[digest]") {
    const Bytes left = octets("00112233445566778899aabbccddeeff");
    CHECK(equal_in_constant_time(left, Bytes(left)));
    CHECK(equal_in_constant_time({}, {}));
    CHECK_FALSE(equal_in_constant_time(left, ByteView(left).first(15)));
    for (std::size_t bit = 0; bit < left.size() * 8; ++bit) {
        Bytes right = left;
        right[bit / 8] = static_cast<std::uint8_t>(right[bit / 8] ^ 1U << bit % 8);
        CHECK_FALSE(equal_in_constant_time(left, right));
    }
}

TEST_CASE("threads digesting at once do not disturb each other", "[digest]") {
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&wrong, t] {
            const Secret key(Bytes(32, static_cast<std::uint8_t>(t)));
            const Digest mac = hmac_sha256(key, bytes_of("x"));
            const Digest digest = sha256(bytes_of(std::string(t, 'x')));
            for (int i = 0; i < 2000; ++i) {
                wrong[t] += hmac_sha256(key, bytes_of("x")) != mac;
                wrong[t] += sha256(bytes_of(std::string(t, 'x'))) != digest;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("speed of digests", "[.benchmark]") {
    const Secret key = secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    const Bytes short_text(11, 'x');
    const Bytes text(300, 'x');
    BENCHMARK("SHA-256 of 300 octets") {
        return sha256(text);
    };
    BENCHMARK("HMAC of 11 octets") {
        return hmac_sha256(key, short_text);
    };
    BENCHMARK("HMAC of 300 octets") {
        return hmac_sha256(key, text);
    };
}

}  // namespace
}  // namespace edgeward::crypto
