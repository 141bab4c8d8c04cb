#include <edgeward/crypto/seal.hpp>

#include <set>
#include <thread>
#include <vector>

#include <catch2/benchmark/catch_benchmark.hpp>
#include <catch2/catch_test_macros.hpp>

#include "octets.hpp"

namespace edgeward::crypto {
namespace {

constexpr std::string_view counting_key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

TEST_CASE("the AES-256-GCM test case 16 opens", "[seal]") {
    // McGrew and Viega, The Galois/Counter Mode of Operation, Appendix B, test case 16.
    const SealingKey key(secret("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
    const Bytes sealed = octets(
        "01"
        "cafebabefacedbaddecaf888"
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
        "c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b");
    const auto opened = key.open(sealed, octets("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
    REQUIRE(opened);
    CHECK(to_hex(opened->reveal()) ==
          "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
          "b16aedf5aa0de657ba637b39");
}

TEST_CASE("what another program sealed opens", "[seal]") {
    // python3: b"\x01" + n + AESGCM(bytes(range(32))).encrypt(n, b"37.4 Cel", b"person 7"), n =
    // bytes(range(0x40, 0x4c))
    const SealingKey key(secret(counting_key));
    const auto opened =
        key.open(octets("01404142434445464748494a4bd18e8017067fe26f61351c3fba3a67fe0add07543b37f6c1"),
                 bytes_of("person 7"));
    REQUIRE(opened);
    CHECK(text_of(opened->reveal()) == "37.4 Cel");
    const auto nothing = key.open(octets("01404142434445464748494a4bc9b3c23ebecd69c4c2d87bc27ee34810"), {});
    REQUIRE(nothing);
    CHECK(nothing->empty());
}

TEST_CASE("what is sealed opens for the same key and context only", "[seal]") {
    const SealingKey key(random_key());
    for (const std::size_t size : {0, 1, 15, 16, 17, 1000, 100000}) {
        const Bytes plaintext(size, 0x5A);
        const Bytes sealed = key.seal(plaintext, bytes_of("row 1"));
        CHECK(sealed.size() == size + 29);
        CHECK(sealed.front() == 1);
        const auto opened = key.open(sealed, bytes_of("row 1"));
        REQUIRE(opened);
        CHECK(text_of(opened->reveal()) == text_of(plaintext));
        CHECK(key.open(sealed, bytes_of("row 2")).error().kind == ErrorKind::corrupt);
        CHECK(key.open(sealed, {}).error().kind == ErrorKind::corrupt);
        CHECK(SealingKey(random_key()).open(sealed, bytes_of("row 1")).error().kind == ErrorKind::corrupt);
        REQUIRE(key.open(sealed, bytes_of("row 1")));  // a refusal spoils nothing
    }
}

TEST_CASE("any flipped bit of sealed data is corrupt", "[seal]") {
    const SealingKey key(random_key());
    const Bytes sealed = key.seal(bytes_of("37.4 Cel"), bytes_of("row"));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes altered = sealed;
        altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ 1U << bit % 8);
        const auto opened = key.open(altered, bytes_of("row"));
        REQUIRE_FALSE(opened);
        CHECK(opened.error().kind == ErrorKind::corrupt);
    }
}

TEST_CASE("sealed data cut or extended anywhere is corrupt", "[seal]") {
    const SealingKey key(random_key());
    Bytes sealed = key.seal(bytes_of("37.4 Cel"), {});
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        const auto opened = key.open(ByteView(sealed).first(size), {});
        REQUIRE_FALSE(opened);
        CHECK(opened.error().kind == ErrorKind::corrupt);
    }
    sealed.push_back(0);
    CHECK_FALSE(key.open(sealed, {}));
}

TEST_CASE("no nonce comes twice", "[seal]") {
    const SealingKey key(random_key());
    std::set<Bytes> nonces;
    for (int i = 0; i < 5000; ++i) {
        const Bytes sealed = key.seal({}, {});
        nonces.insert(Bytes(sealed.begin() + 1, sealed.begin() + 13));
    }
    CHECK(nonces.size() == 5000);
}

TEST_CASE("random keys have 32 octets and differ", "[seal]") {
    const Secret one = random_key();
    CHECK(one.size() == 32);
    CHECK(text_of(one.reveal()) != text_of(random_key().reveal()));
}

TEST_CASE("a key may be moved and used by several threads", "[seal]") {
    SealingKey first(secret(counting_key));
    const SealingKey key(std::move(first));
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&key, &wrong, t] {
            const SealingKey own(random_key());
            const Bytes text(t * 100, static_cast<std::uint8_t>(t));
            for (int i = 0; i < 500; ++i) {
                const auto shared = key.open(key.seal(text, {}), {});
                const auto alone = own.open(own.seal(text, bytes_of("a")), bytes_of("a"));
                wrong[t] += !shared || text_of(shared->reveal()) != text_of(text);
                wrong[t] += !alone || text_of(alone->reveal()) != text_of(text);
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    CHECK(wrong == std::vector<int>(4, 0));
}

TEST_CASE("speed of sealing", "[.benchmark]") {
    const SealingKey key(secret(counting_key));
    const Bytes text(300, 'x');
    const Bytes sealed = key.seal(text, bytes_of("row"));
    BENCHMARK("seal 300 octets") {
        return key.seal(text, bytes_of("row"));
    };
    BENCHMARK("open 300 octets") {
        return key.open(sealed, bytes_of("row"));
    };
}

}  // namespace
}  // namespace edgeward::crypto
