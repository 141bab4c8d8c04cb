#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <random>
#include <string>
#include <vector>

#include "json_as_nlohmann.hpp"
#include "json_reader.hpp"

using namespace edgeward::mapping;

namespace {

std::string complaint_about(std::string_view json) {
    TreeBuilder builder;
    if (read_json(json, builder)) return {};
    return builder.failure().reason + ": " + builder.failure().detail;
}

std::string only_text_of(std::string_view json) {
    TreeBuilder builder;
    REQUIRE(read_json(json, builder));
    return builder.take().root().text;
}

// Texts of every kind a device may send, and some it should not.
const std::vector<std::string>& samples() {
    static const std::vector<std::string> texts = {
        R"({"ts":"2026-11-23T19:48:00+01:00","HR":62.8,"ABPSys":118,"NBPSys":null,"on":true,"off":false})",
        R"([-0,0,-1,1e3,1.50E-2,1E+2,18446744073709551615,-9223372036854775808,123456789012345678901234567890])",
        R"([1e308,1e309,-1e309,1e-400,0e9,0.0000000001,9007199254740993])",
        R"({"a":{"b":[[],{},[{}]],"c":"\"\\\/\b\f\n\r\t\u00e4\u20ac\ud83d\ude00"},"":1})",
        "\xEF\xBB\xBF {\"\xC3\xA4\":\"\xE2\x82\xAC \xF0\x9F\x98\x80\"} \r\n\t",
        R"(["\u0000","\ud800\udc00","\uD83D","\udc00","\u12"])",
        "[\"\xC0\x80\",\"\xED\xA0\x80\",\"\xF4\x90\x80\x80\",\"\xE2\x82\",\"\x7F\",\"\x1F\"]",
        R"([{"v":101.25,"u":"mV","q":true},{"v":null}] )",
        "\"text\"",
        "17",
        "/* no */ [1] // no",
    };
    return texts;
}

}  // namespace

TEST_CASE("a refusal names the octet", "[json_reader]") {
    CHECK(complaint_about("").find("invalid_json: no JSON at octet 1") == 0);
    CHECK(complaint_about(R"({"a":1,})") == "invalid_json: no JSON at octet 8");
    CHECK(complaint_about("[1] x") == "invalid_json: no JSON at octet 5");
    CHECK(complaint_about("\xEF\xBB\xBF[1] x") == "invalid_json: no JSON at octet 8");
    CHECK(complaint_about("[01]") == "invalid_json: no JSON at octet 3");
    CHECK(complaint_about("[1] ").empty());
}

TEST_CASE("texts come whole, however they are escaped", "[json_reader]") {
    // RFC 8259, section 7.
    CHECK(only_text_of(R"("\u0041\ud834\udd1e\"\\\/\b\f\n\r\t")") == "A\xF0\x9D\x84\x9E\"\\/\b\f\n\r\t");
    const std::string much(5000, 'x');
    CHECK(only_text_of("\"" + much + "\\n" + much + "\"") == much + "\n" + much);
    CHECK(only_text_of("\"\\u0000\"") == std::string(1, '\0'));
}

TEST_CASE("what a builder refuses keeps its own reason", "[json_reader]") {
    CHECK(complaint_about(R"({"a":1,"a":2})").starts_with("duplicate_key: "));
    CHECK(complaint_about(std::string(33, '[')).starts_with("too_deep: "));
}

TEST_CASE("another reader finds the same in it", "[json_reader]") {
    for (const std::string& text : samples()) {
        CAPTURE(text);
        CHECK(agree_on(text));
    }
}

TEST_CASE("another reader finds the same in damaged texts", "[json_reader]") {
    std::mt19937 random(8259);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same texts in every run
    const std::string alphabet = "{}[]\":,\\0123456789.eE+-tfnul \n\x01\x7F\x80\xBF\xC2\xE2\xED\xF0\xF4\xFF";
    std::size_t disagreed = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string text = samples()[random() % samples().size()];
        for (auto changes = 1 + random() % 3; changes > 0 && !text.empty(); --changes) {
            const std::size_t at = random() % text.size();
            const char octet = alphabet[random() % alphabet.size()];
            switch (random() % 4) {
                case 0:
                    text[at] = octet;
                    break;
                case 1:
                    text.insert(at, 1, octet);
                    break;
                case 2:
                    text.erase(at, 1 + random() % 3);
                    break;
                default:
                    text.resize(at);
            }
        }
        if (agree_on(text)) continue;
        ++disagreed;
        UNSCOPED_INFO(text);
    }
    CHECK(disagreed == 0);
}
