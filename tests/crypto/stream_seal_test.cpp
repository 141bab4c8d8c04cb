#include <edgeward/crypto/stream_seal.hpp>

#include <catch2/catch_test_macros.hpp>

#include <vector>

#include "octets.hpp"

namespace edgeward::crypto {
namespace {

constexpr std::string_view key_digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

std::vector<Bytes> sealed_stream(const std::vector<std::string_view>& chunks) {
    StreamSealer sealer(secret(key_digits));
    std::vector<Bytes> sealed(chunks.size());
    for (std::size_t i = 0; i < chunks.size(); ++i)
        sealer.seal(bytes_of(chunks[i]), i + 1 == chunks.size(), sealed[i]);
    return sealed;
}

bool opens(const std::vector<Bytes>& sealed) {
    StreamOpener opener(secret(key_digits));
    Bytes chunk;
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        if (!opener.open(sealed[i], i + 1 == sealed.size(), chunk)) return false;
    }
    return true;
}

TEST_CASE("chunks are those another program computes", "[stream_seal]") {
    // python3-cryptography: AESGCM(key).encrypt(bytes(7) + i.to_bytes(4,'big') + bytes([last]), chunk, None)
    const auto sealed = sealed_stream({"first", "second", ""});
    CHECK(to_hex(sealed[0]) == "68d5c7adc1b021b7dfa1104920baedf18baad236bb");
    CHECK(to_hex(sealed[1]) == "5389165464d867b809fc0d09ae5860ca13302cc6f0b9");
    CHECK(to_hex(sealed[2]) == "7fa890b74dc88a0f95dc818c7122dd8d");
}

TEST_CASE("a stream opens chunk by chunk", "[stream_seal]") {
    const auto sealed = sealed_stream({"first", "second", "third"});
    StreamOpener opener(secret(key_digits));
    Bytes chunk;
    REQUIRE(opener.open(sealed[0], false, chunk));
    CHECK(text_of(chunk) == "first");
    REQUIRE(opener.open(sealed[1], false, chunk));
    CHECK(text_of(chunk) == "second");
    REQUIRE(opener.open(sealed[2], true, chunk));
    CHECK(text_of(chunk) == "third");
    CHECK(opener.open(sealed[2], true, chunk).error().kind == ErrorKind::corrupt);
    CHECK(chunk.empty());
}

TEST_CASE("a stream cut off; with a chunk doubled; moved or altered does not open", "[stream_seal]") {
    const auto sealed = sealed_stream({"first", "second", "third"});
    CHECK(opens(sealed));
    CHECK_FALSE(opens({sealed[0], sealed[1]}));
    CHECK_FALSE(opens({sealed[0]}));
    CHECK_FALSE(opens({sealed[1], sealed[2]}));
    CHECK_FALSE(opens({sealed[0], sealed[0], sealed[1], sealed[2]}));
    CHECK_FALSE(opens({sealed[1], sealed[0], sealed[2]}));
    CHECK_FALSE(opens({sealed[0], sealed[2], sealed[1]}));
    CHECK_FALSE(opens({sealed[0], sealed[1], sealed[2], sealed[2]}));
    for (std::size_t at = 0; at < sealed[1].size(); ++at) {
        auto altered = sealed;
        altered[1][at] ^= 1U;
        CHECK_FALSE(opens(altered));
    }
    auto short_one = sealed;
    short_one[2].resize(stream_tag_size - 1);
    CHECK_FALSE(opens(short_one));
}

TEST_CASE("another key opens nothing", "[stream_seal]") {
    StreamOpener opener(Secret(Bytes(32, 1)));
    Bytes chunk;
    CHECK_FALSE(opener.open(sealed_stream({"only"})[0], true, chunk));
}

}  // namespace
}  // namespace edgeward::crypto
