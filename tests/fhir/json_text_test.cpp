#include "json_text.hpp"

#include <random>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <nlohmann/json.hpp>

using namespace edgeward::fhir;

namespace {

std::string in_quotes(std::string_view text) {
    std::string out;
    append_string(out, text);
    return out;
}

}  // namespace

TEST_CASE("strings are escaped as RFC 8259 says", "[json_text]") {
    CHECK(in_quotes("a\"b\\c") == R"("a\"b\\c")");
    CHECK(in_quotes("line\nnext\ttab\r") == R"("line\nnext\ttab\r")");
    CHECK(in_quotes("37 \xC2\xB0"
                    "C") ==
          "\"37 \xC2\xB0"
          "C\"");
}

TEST_CASE("control characters FHIR does not allow become spaces", "[json_text]") {
    CHECK(in_quotes(std::string("a\0b\x1B\x7F", 5)) == "\"a b  \"");
}

TEST_CASE("octets that are not UTF-8 are replaced", "[json_text]") {
    // Ill-formed sequences of The Unicode Standard 15, section 3.9: lone continuation, overlong, surrogate,
    // cut.
    const auto bad = GENERATE(as<std::string>{}, "\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80",
                              "\xF4\x90\x80\x80", "\xF0\x9F\x98", "\xFF");
    const auto text = in_quotes(bad);
    CHECK(text.find("\xEF\xBF\xBD") != std::string::npos);
    CHECK_NOTHROW(nlohmann::json::parse(text));
}

TEST_CASE("any octets make a string another parser accepts", "[json_text]") {
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (auto left = random() % 40; left > 0; --left)
            text += static_cast<char>(random());
        REQUIRE_NOTHROW(nlohmann::json::parse(in_quotes(text)));
    }
}

TEST_CASE("search values are escaped for FHIR and then for the URL", "[json_text]") {
    std::string out;
    append_search_value(out, "a|b,c$d\\e f&g+h%");
    // FHIR R4 search, 3.1.1.3 escaping; RFC 3986 percent-encoding.
    CHECK(out == "a%5C%7Cb%5C%2Cc%5C%24d%5C%5Ce%20f%26g%2Bh%25");
}
