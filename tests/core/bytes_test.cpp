#include <edgeward/core/bytes.hpp>

#include <array>
#include <utility>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <edgeward/core/random.hpp>

namespace edgeward {
namespace {

struct Case {
    std::string_view plain;
    std::string_view base64;
    std::string_view base64url;
    std::string_view hex;
};

// RFC 4648 §10.
constexpr std::array rfc_vectors = {
    Case{"", "", "", ""},
    Case{"f", "Zg==", "Zg", "66"},
    Case{"fo", "Zm8=", "Zm8", "666f"},
    Case{"foo", "Zm9v", "Zm9v", "666f6f"},
    Case{"foob", "Zm9vYg==", "Zm9vYg", "666f6f62"},
    Case{"fooba", "Zm9vYmE=", "Zm9vYmE", "666f6f6261"},
    Case{"foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172"},
};

TEST_CASE("the vectors of RFC 4648 encode and decode", "[bytes]") {
    for (const Case& vector : rfc_vectors) {
        CAPTURE(vector.plain);
        CHECK(to_base64(bytes_of(vector.plain)) == vector.base64);
        CHECK(to_base64url(bytes_of(vector.plain)) == vector.base64url);
        CHECK(to_hex(bytes_of(vector.plain)) == vector.hex);
        Bytes decoded;
        CHECK(from_base64(vector.base64, decoded));
        CHECK(text_of(decoded) == vector.plain);
        CHECK(from_hex(vector.hex, decoded));
        CHECK(text_of(decoded) == vector.plain);
    }
}

TEST_CASE("the two alphabets differ in their last two digits only", "[bytes]") {
    // printf '\xfb\xff\xbf' | base64
    const Bytes octets = {0xFB, 0xFF, 0xBF};
    CHECK(to_base64(octets) == "+/+/");
    CHECK(to_base64url(octets) == "-_-_");
}

TEST_CASE("base64 that is not strict is refused and leaves nothing", "[bytes]") {
    const std::string_view bad = GENERATE(values<std::string_view>({
        "Z",
        "Zg",
        "Zg=",
        "Zg===",
        "=",
        "====",
        "Z===",
        "Zm9v\n",
        " Zm9v",
        "Zm 9",
        "Zm9v====",
        "Zh==",
        "Zm9=",
        "Z=g=",
        "-_-_",
        "Zm9v=Zg=",
        "Zg==Zg==",
    }));
    CAPTURE(bad);
    Bytes decoded = {1, 2, 3};
    CHECK_FALSE(from_base64(bad, decoded));
    CHECK(decoded.empty());
}

TEST_CASE("hexadecimal takes both cases and refuses the rest", "[bytes]") {
    Bytes decoded;
    CHECK(from_hex("00fFAb", decoded));
    CHECK(decoded == Bytes{0x00, 0xFF, 0xAB});
    for (const std::string_view bad : {"0", "0g", "g0", "0x12", " 00", "00 ", "é"}) {
        CAPTURE(bad);
        decoded = {1};
        CHECK_FALSE(from_hex(bad, decoded));
        CHECK(decoded.empty());
    }
}

TEST_CASE("numbers travel in network order", "[bytes]") {
    // RFC 791, appendix B: the octet on the left is the most significant one.
    Bytes octets;
    append_big_endian(octets, 0x0102030405060708, 8);
    CHECK(octets == Bytes{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(big_endian(octets) == 0x0102030405060708);
    CHECK(big_endian(ByteView(octets).last(3)) == 0x060708);
    CHECK(big_endian({}) == 0);
    std::string text = "n";
    append_big_endian(text, 0xABCD0241FF, 2);
    CHECK(bytes_of(text).back() == 0xFF);
    CHECK(text.substr(0, 2) == "nA");
}

// RFC 9562, appendix B.2: its SHA-256, its UUID, and other bits where version and variant go.
TEST_CASE("a UUID of version 8 is its octets but for version and variant", "[bytes]") {
    for (const char* hex : {"5c146b143c524afd938a375d0df1fbf6fe12a66b645f72f6158759387e51f3c8",
                            "5c146b143c528afd938a375d0df1fbf6", "5c146b143c52fafd538a375d0df1fbf6"}) {
        Bytes octets;
        REQUIRE(from_hex(hex, octets));
        CHECK(to_uuid(octets) == "5c146b14-3c52-8afd-938a-375d0df1fbf6");
    }
}

TEST_CASE("random octets of every length survive both ways", "[bytes]") {
    for (std::size_t length = 0; length < 200; ++length) {
        Bytes octets(length);
        system_random().fill(octets);
        Bytes decoded;
        REQUIRE(from_base64(to_base64(octets), decoded));
        CHECK(decoded == octets);
        REQUIRE(from_hex(to_hex(octets), decoded));
        CHECK(decoded == octets);
    }
}

}  // namespace
}  // namespace edgeward
