#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>
#include <vector>

#include "json_as_nlohmann.hpp"

using namespace edgeward;

namespace {

std::string told(std::string_view json) {
    Told events;
    REQUIRE_FALSE(read_json(json, events, 10));
    return events.lines();
}

// Where it ends; 0: it does not.
std::size_t end_of(std::string_view json, std::size_t deepest = 10) {
    Told events;
    return read_json(json, events, deepest).value_or(0);
}

// Stops at a key.
class Impatient final : public JsonEvents {
public:
    bool null() override { return true; }
    bool boolean(bool /*truth*/) override { return true; }
    bool number(std::string_view text) override {
        numbers.emplace_back(text);
        return true;
    }
    bool text(std::string_view /*text*/) override { return true; }
    bool key(std::string_view /*name*/) override { return false; }
    bool begin_object() override { return true; }
    bool end_object() override { return true; }
    bool begin_array() override { return true; }
    bool end_array() override { return true; }

    std::vector<std::string> numbers;
};

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

TEST_CASE("everything is told in the order of the text", "[json_events]") {
    CHECK(told(R"( {"a":[1,null,true],"b":{"c":false},"a":"x"} )") ==
          "{\nkey a\n[\nnumber 1.000000\nnull\ntrue\n]\nkey b\n{\nkey c\nfalse\n}\nkey a\ntext x\n}\n");
}

TEST_CASE("where a text is no JSON any more is named", "[json_events]") {
    CHECK(end_of("[1] ") == 0);
    CHECK(end_of("") == 1);
    CHECK(end_of("[1") == 3);
    CHECK(end_of(R"({"a":1,})") == 8);
    CHECK(end_of("[1] x") == 5);
    CHECK(end_of("\xEF\xBB\xBF[1] x") == 8);
    CHECK(end_of("[01]") == 3);
    CHECK(end_of(std::string_view("[1]\0", 4)) == 4);  // no end of the text, as it is in C
    CHECK(end_of("[[1]]", 2) == 0);
    CHECK(end_of("[[[1]]]", 2) == 3);
}

TEST_CASE("numbers come as they are written", "[json_events]") {
    Impatient events;
    REQUIRE_FALSE(read_json("[37.0,-0,1E+2,123456789012345678901234567890,18446744073709551616]", events, 1));
    CHECK(events.numbers == std::vector<std::string>{"37.0", "-0", "1E+2", "123456789012345678901234567890",
                                                     "18446744073709551616"});
}

TEST_CASE("who has heard enough ends the reading", "[json_events]") {
    Impatient events;
    CHECK(read_json(R"([17,{"a":1},18])", events, 10) == 8);
    CHECK(events.numbers == std::vector<std::string>{"17"});
}

TEST_CASE("texts come whole, however they are escaped", "[json_events]") {
    // RFC 8259, section 7.
    CHECK(told(R"("\u0041\ud834\udd1e\"\\\/\b\f\n\r\t")") == "text A\xF0\x9D\x84\x9E\"\\/\b\f\n\r\t\n");
    const std::string much(5000, 'x');
    CHECK(told("\"" + much + "\\n" + much + "\"") == "text " + much + "\n" + much + "\n");
    CHECK(told("{\"" + much + "\\t\":\"\\u0000\"}") ==
          "{\nkey " + much + "\t\ntext " + std::string(1, '\0') + "\n}\n");
}

TEST_CASE("another reader finds the same in it", "[json_events]") {
    for (const std::string& text : samples()) {
        CAPTURE(text);
        CHECK(agree_on(text));
    }
}

TEST_CASE("another reader finds the same in damaged texts", "[json_events]") {
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
