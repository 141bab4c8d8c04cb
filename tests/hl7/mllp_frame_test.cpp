#include <edgeward/hl7/mllp_frame.hpp>

#include <random>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::hl7;

namespace {

constexpr std::size_t limit = 1000;

std::vector<std::string> decode(FrameDecoder& decoder, std::string_view octets) {
    std::vector<std::string> messages;
    CHECK(decoder.feed(octets, messages));
    return messages;
}

}  // namespace

// MLLP release 1: SB 0x0B, EB 0x1C, CR 0x0D.
TEST_CASE("a message is framed by 0x0B and 0x1C 0x0D", "[mllp_frame]") {
    CHECK(*frame_message("MSH|x\r") == "\x0BMSH|x\r\x1C\r");
}

TEST_CASE("a message MLLP cannot carry is refused", "[mllp_frame]") {
    const std::string bad = GENERATE("", "a\x0B", "a\x1C");
    const auto framed = frame_message(bad);
    REQUIRE_FALSE(framed);
    CHECK(framed.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("any split of the stream gives the same messages", "[mllp_frame]") {
    const std::vector<std::string> sent{"MSH|one\rPID|1\r", "x", "MSH|three\r\r\n", std::string(limit, 'q')};
    std::string stream = "noise";
    for (const auto& message : sent)
        stream += *frame_message(message) + "\n";
    std::mt19937 random(3);  // NOLINT(cert-msc32-c,cert-msc51-cpp): repeatable
    for (int round = 0; round < 500; ++round) {
        FrameDecoder decoder(limit);
        std::vector<std::string> got;
        for (std::string_view rest = stream; !rest.empty();) {
            const auto size = std::min<std::size_t>(rest.size(), 1 + random() % (round % 2 == 0 ? 3 : 400));
            REQUIRE(decoder.feed(rest.substr(0, size), got));
            rest.remove_prefix(size);
        }
        REQUIRE(got == sent);
        REQUIRE(decoder.skipped() == 5 + sent.size());  // the noise and a newline after each frame
    }
}

TEST_CASE("octets before a frame are skipped and counted", "[mllp_frame]") {
    FrameDecoder decoder(limit);
    CHECK(decode(decoder, "HTTP/1.1 400\r\n\x0BMSA\x1C\r") == std::vector<std::string>{"MSA"});
    CHECK(decoder.skipped() == 14);
}

TEST_CASE("an end block without carriage return ends a message", "[mllp_frame]") {
    FrameDecoder decoder(limit);
    CHECK(decode(decoder,
                 "\x0B"
                 "a\x1C\x0B"
                 "b\x1C") == std::vector<std::string>{"a", "b"});
    CHECK(decoder.skipped() == 0);
}

TEST_CASE("a message is complete before its carriage return has come", "[mllp_frame]") {
    FrameDecoder decoder(limit);
    CHECK(decode(decoder, "\x0Bx\x1C").size() == 1);
    CHECK(decoder.end_pending());
    CHECK(decode(decoder, "\r").empty());
    CHECK_FALSE(decoder.end_pending());
    CHECK(decoder.skipped() == 0);
}

TEST_CASE("a second start block begins the message anew", "[mllp_frame]") {
    FrameDecoder decoder(limit);
    CHECK(decode(decoder, "\x0Blost\x0Bkept\x1C\r") == std::vector<std::string>{"kept"});
    CHECK(decoder.skipped() == 4);
}

TEST_CASE("a message beyond the limit is refused and the next one read", "[mllp_frame]") {
    FrameDecoder decoder(4);
    std::vector<std::string> messages;
    const auto result = decoder.feed(
        "\x0B"
        "12345\x1C\r\x0Bok\x1C\r",
        messages);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::invalid_input);
    CHECK(messages == std::vector<std::string>{"ok"});
    CHECK_FALSE(decoder.inside_message());
}

TEST_CASE("of a message that is too long its beginning is kept", "[mllp_frame]") {
    FrameDecoder decoder(10);
    std::vector<std::string> messages;
    CHECK(decoder.feed("\x0BMSH|abc", messages));
    CHECK(decoder.given_up().empty());
    CHECK_FALSE(decoder.feed("defghij", messages));
    CHECK(decoder.given_up() == "MSH|abcdefghij");
    FrameDecoder large(5000);
    CHECK_FALSE(large.feed("\x0B" + std::string(6000, 'x'), messages));
    CHECK(large.given_up().size() == 4096);
    CHECK(messages.empty());
}
