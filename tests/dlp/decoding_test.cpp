#include "decoding.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/core/bytes.hpp>

using namespace edgeward;
using namespace edgeward::dlp;

namespace {

std::string decoded(std::string_view raw) {
    Layer layer;
    return decode(raw, nullptr, layer) ? layer.text : std::string("nothing");
}

}  // namespace

TEST_CASE("each escape is resolved once", "[decoding]") {
    CHECK(decoded(R"(a\T\b\F\c\S\d\R\e\E\f)") == "a&b|c^d~e\\f");  // HL7 v2.5.1, 2.7
    CHECK(decoded(R"(M\XC3BC\l)") == "M\u00FCl");
    CHECK(decoded(R"(Mü\H\ll\N\er)") == "Müller");
    CHECK(decoded(R"(Mül\.br\ler)") == "Mül ler");
    CHECK(decoded(R"(M\u00fcl \ud83d\ude00 \"x\")") == "M\u00FCl \U0001F600 \"x\"");  // RFC 8259, 7
    CHECK(decoded("M&uuml;l &#252; &#xFC; &amp;uuml;") == "M\u00FCl \u00FC \u00FC &uuml;");
    CHECK(decoded("M%C3%BCl %41") == "M\u00FCl A");  // RFC 3986, 2.1
}

TEST_CASE("what only looks like an escape is left as it is", "[decoding]") {
    for (const char* text : {"MSH|^~\\&|a", "98 %", "50%", "a & b; c", "\\Q", "&;", "x\\"})
        CHECK(decoded(text) == "nothing");
}

TEST_CASE("base64 is decoded wherever it begins and when it reads as text", "[decoding]") {
    const std::string text = "Zwitscherling, Kanarilda";
    CHECK(decoded("x|" + to_base64(bytes_of(text)) + "|y") == "\n" + text);
    CHECK(decoded("\"" +
                  to_base64url(bytes_of("M\xFC"
                                        "ller Gelbfried~~??")) +
                  "\"")
              .find("\nM\xFC"
                    "ller Gelbfried") != std::string::npos);
    CHECK(decoded("observation") == "nothing");
    std::string wrapped = to_base64(bytes_of(std::string(60, 'x') + text));
    wrapped.insert(76, "\r\n");
    CHECK(decoded(wrapped).find(text) != std::string::npos);
}

TEST_CASE("compressed content in base64 is opaque", "[decoding]") {
    // printf 'Zwitscherling' | gzip -n | base64
    Layer layer;
    REQUIRE(decode("\"H4sIAAAAAAAAA4sqzyxJTs5ILcrJzEsHAFr2cNcNAAAA\"", nullptr, layer));
    CHECK(layer.opaque);
    CHECK(layer.opaque_at == 1);
}

TEST_CASE("decoding never makes text longer than seven quarters of it", "[decoding]") {
    for (const std::string_view piece :
         {"\\T\\", "&#252;", "%41", "QUJDREVGR0g=", "\\u00fc", "&amp;", "\\\\"}) {
        std::string text;
        for (int i = 0; i < 500; ++i)
            text += piece;
        Layer layer;
        REQUIRE(decode(text, nullptr, layer));
        CHECK(layer.text.size() <= text.size() * 7 / 4 + 1);
    }
}

TEST_CASE("a place behind escapes leads back to where it stood", "[decoding]") {
    Layer layer;
    const std::string raw = R"(\T\\T\x|%41y)";
    REQUIRE(decode(raw, nullptr, layer));
    CHECK(layer.source_of(layer.text.find('x')) == raw.find('x'));
    CHECK(layer.source_of(layer.text.find('y')) == raw.find('y'));
}

// Words that happen to be base64 of an escape would otherwise bring it forth in every layer.
TEST_CASE("a run that was decoded in one layer is not decoded again in the next", "[decoding]") {
    const std::string word = to_base64(bytes_of("x %41 y."));
    Layer first;
    REQUIRE(decode(word + " %42", nullptr, first));
    CHECK(first.text == word + " B\nx %41 y.");
    Layer second;
    REQUIRE(decode(first.text, &first, second));
    CHECK(second.text.ends_with("x A y."));
    Layer third;
    CHECK_FALSE(decode(second.text, &second, third));
    // What an escape completes is new.
    Layer joined;
    REQUIRE(decode("%" + to_hex(bytes_of(word.substr(0, 1))) + word.substr(1), nullptr, joined));
    Layer inside;
    REQUIRE(decode(joined.text, &joined, inside));
    CHECK(inside.text.find("x %41 y.") != std::string::npos);
}
