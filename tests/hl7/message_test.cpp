#include "message.hpp"

#include <random>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::hl7;

namespace {

// In the form of IHE PCD TF-2 E.1.2, values our own.
constexpr std::string_view sample =
    "MSH|^~\\&|GATEWAY^080019FFFE3ED02D^EUI-64|ACME|||20110602050000+0000||ORU^R01^ORU_R01|0104|P|2.6\r"
    "PID|||12345^^^A&1.2.3&ISO^MR~678^^^B^VN||BEDS^TED\\T\\SON^^^^^L\r"
    "OBX|1|NM|150021^MDC_PRESS_BLD_NONINV_SYS^MDC|1.16.1.1|111|mm[Hg]^mm[Hg]^UCUM|||||R\r";

}  // namespace

TEST_CASE("fields count as HL7 counts them", "[message]") {
    const auto message = Message::parse(sample);
    REQUIRE(message);
    REQUIRE(message->segments().size() == 3);
    const Segment& msh = message->segments()[0];
    CHECK(msh.field(1) == "|");
    CHECK(msh.field(2) == "^~\\&");
    CHECK(msh.component(3, 2) == "080019FFFE3ED02D");
    CHECK(msh.field(10) == "0104");
    CHECK(msh.field(99).empty());
    CHECK(msh.field(0).empty());
    CHECK(message->find("OBX")->field(5) == "111");
    CHECK(message->find("ZZZ") == nullptr);
}

TEST_CASE("repetitions and subcomponents are found", "[message]") {
    const auto message = Message::parse(sample);
    const Segment& pid = *message->find("PID");
    CHECK(pid.repetitions(3).size() == 2);
    CHECK(pid.repetitions(4).empty());
    CHECK(pid.component(3, 1, 1) == "678");
    CHECK(pid.subcomponent(3, 4, 2) == "1.2.3");
    CHECK(pid.subcomponent(3, 4, 3) == "ISO");
    CHECK(pid.component(5, 2) == "TED&SON");
    CHECK(pid.component(3, 1, 7).empty());
}

TEST_CASE("every segment end real senders use is taken", "[message]") {
    const std::string ends = GENERATE("\r", "\n", "\r\n", "\r\r\n");
    const std::string octets = "MSH|^~\\&|A" + ends + "MSA|AA|1" + ends;
    const auto message = Message::parse(octets);
    REQUIRE(message);
    CHECK(message->segments().size() == 2);
    CHECK(message->find("MSA")->field(2) == "1");
}

TEST_CASE("a message may declare other delimiters", "[message]") {
    const auto message = Message::parse("MSH#*+!%#X*Y\rPID###1*2%3+4#a!S!b");
    REQUIRE(message);
    const Segment& pid = *message->find("PID");
    CHECK(pid.subcomponent(3, 2, 2) == "3");
    CHECK(pid.component(3, 1, 1) == "4");
    CHECK(pid.component(4, 1) == "a*b");
}

TEST_CASE("what does not begin with MSH is refused", "[message]") {
    const std::string bad = GENERATE("", "MSH", "MSH|", "MSH||", "MSA|AA|1", " MSH|^~\\&|", "\x0BMSH|^~\\&|");
    const auto message = Message::parse(bad);
    REQUIRE_FALSE(message);
    CHECK(message.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("a message of too many segments is refused", "[message]") {
    std::string text = "MSH|^~\\&|";
    for (int n = 0; n < 50'001; ++n)
        text += "\rZ";
    CHECK_FALSE(Message::parse(text));
}

// HL7 v2.6 section 2.7.
TEST_CASE("escape sequences resolve", "[message]") {
    CHECK(unescape("\\F\\\\S\\\\T\\\\R\\\\E\\") == "|^&~\\");
    CHECK(unescape("\\X0D0a\\") == "\r\n");
    CHECK(unescape("plain") == "plain");
}

TEST_CASE("an unknown or unclosed escape sequence is passed through", "[message]") {
    for (const std::string_view text :
         {"\\H\\bold\\N\\", "a\\.br\\b", "\\Zxx\\", "\\X0\\", "\\XGG\\", "open\\", "\\"}) {
        CHECK(unescape(text) == text);
    }
}

TEST_CASE("any octets come back from escaping", "[message]") {
    std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): repeatable
    for (int round = 0; round < 2000; ++round) {
        std::string text(random() % 40, '\0');
        for (char& c : text) {
            const char any = static_cast<char>(random() & 0xFFU);
            c = random() % 4 == 0 ? "|^&~\\\r\x0B\x1C"[random() % 8] : any;
        }
        const std::string escaped = escape(text);
        if (unescape(escaped) != text || escaped.find_first_of("|^&~\r\x0B\x1C") != std::string::npos) {
            FAIL("round " << round);
        }
    }
}

TEST_CASE("what stands before MSH is passed over", "[message]") {
    CHECK(without_prelude("\xEF\xBB\xBF\r\n MSH|^~") == "MSH|^~");
    CHECK(without_prelude("MSH|^~\r") == "MSH|^~\r");
    CHECK(without_prelude("\r\n").empty());
    CHECK(without_prelude("").empty());
}
