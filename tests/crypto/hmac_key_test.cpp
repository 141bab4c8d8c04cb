#include <edgeward/crypto/hmac_key.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hmac_vectors.hpp"

namespace edgeward::crypto {

TEST_CASE("a key kept for many messages gives the vectors of RFC 4231", "[hmac_key]") {
    const auto vector = GENERATE(from_range(hmac_vectors()));
    const HmacKey key(secret(vector.key));
    for (int i = 0; i < 3; ++i)
        CHECK(to_hex(key.of(octets(vector.data))) == vector.expected);
}

TEST_CASE("parts are authenticated as their concatenation", "[hmac_key]") {
    const HmacKey key(secret("4a656665"));
    CHECK(to_hex(key.of({bytes_of("what do ya want "), {}, bytes_of("for nothing?")})) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("any key and message give what hmac_sha256 gives", "[hmac_key]") {
    for (std::size_t size = 0; size < 200; size += 7) {
        const Secret secret(Bytes(size, static_cast<std::uint8_t>(size)));
        const Bytes message(3 * size, 0x5A);
        CHECK(HmacKey(secret).of(message) == hmac_sha256(secret, message));
    }
}

TEST_CASE("a key moves, and several threads use one", "[hmac_key]") {
    HmacKey first(secret("00"));
    HmacKey second(secret("01"));
    second = std::move(first);
    const HmacKey key(std::move(second));
    const Digest expected = hmac_sha256(secret("00"), bytes_of("x"));
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (std::size_t i = 0; i < wrong.size(); ++i)
        threads.emplace_back([&, i] {
            for (int round = 0; round < 2000; ++round)
                if (key.of(bytes_of("x")) != expected) ++wrong[i];
        });
    for (auto& thread : threads)
        thread.join();
    CHECK(wrong == std::vector<int>(4, 0));
}

}  // namespace edgeward::crypto
