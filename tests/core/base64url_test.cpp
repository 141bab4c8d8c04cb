#include <edgeward/core/base64url.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward {

TEST_CASE("base64url is read as RFC 4648 has it", "[base64url]") {
    for (const auto& [text, plain] :
         {std::pair("", ""), std::pair("Zg", "f"), std::pair("Zm8", "fo"), std::pair("Zm9v", "foo"),
          std::pair("Zm9vYg", "foob"), std::pair("Zm9vYmE", "fooba"), std::pair("Zm9vYmFy", "foobar")}) {
        Bytes out;
        CHECK(from_base64url(text, out));
        CHECK(text_of(out) == plain);
    }
    Bytes out;
    REQUIRE(from_base64url("-_-_", out));
    CHECK(to_hex(out) == "fbffbf");
}

TEST_CASE("base64url is read strictly", "[base64url]") {
    for (const char* text :
         {"Z", "Zg=", "Zg==", "Zm9vY", "Zh", "Zm9", "+/+/", "Zm9v\n", " Zm9v", "Zm9v====", "Zm%v"}) {
        INFO(text);
        Bytes out{1};
        CHECK_FALSE(from_base64url(text, out));
        CHECK(out.empty());
    }
}

}  // namespace edgeward
