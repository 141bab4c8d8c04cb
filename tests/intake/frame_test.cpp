#include <edgeward/intake/frame.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

using namespace edgeward;
using namespace edgeward::intake;

namespace {

Bytes octets(std::string_view hex) {
    std::string digits;
    for (const char c : hex) {
        if (c != ' ') digits.push_back(c);
    }
    Bytes out;
    REQUIRE(from_hex(digits, out));
    return out;
}

Message sample(ByteView payload) {
    return {1, 1, false, "monitor-7", "m7", "devices/monitor-7/vitals", payload};
}

Frame only_frame(ByteView from) {
    auto found = read(from);
    REQUIRE(found);
    REQUIRE(found->has_value());
    CHECK((**found).size == from.size());
    return (**found).frame;
}

}  // namespace

// Written by hand after docs/intake-format.md; the page shows the same octets.
TEST_CASE("the worked example is written and read as the document says", "[frame]") {
    Bytes out;
    REQUIRE(write(Hello{}, out));
    CHECK(out == octets("00000006 01 4557494e 01"));
    out.clear();
    REQUIRE(write(Welcome{}, out));
    CHECK(out == octets("00000006 02 4557494e 01"));
    out.clear();
    const Bytes payload = octets("7b7d");
    REQUIRE(write(sample(payload), out));
    const auto example = octets(
        "00000035 03 0000000000000001 01"
        "0009 6d6f6e69746f722d37"
        "0002 6d37"
        "0018 646576696365732f6d6f6e69746f722d372f766974616c73"
        "7b7d");
    CHECK(out == example);
    const auto message = std::get<Message>(only_frame(example));
    CHECK(message.number == 1);
    CHECK(message.quality == 1);
    CHECK_FALSE(message.retain);
    CHECK(message.identity == "monitor-7");
    CHECK(message.client_id == "m7");
    CHECK(message.topic == "devices/monitor-7/vitals");
    CHECK(text_of(message.payload) == "{}");
    out.clear();
    REQUIRE(write(Verdict{1, Outcome::committed}, out));
    CHECK(out == octets("0000000a 04 0000000000000001 01"));
    CHECK(std::get<Verdict>(only_frame(out)).outcome == Outcome::committed);
}

TEST_CASE("every field survives the way", "[frame]") {
    const auto [quality, retain] = GENERATE(table<unsigned, bool>({{0, false}, {1, true}, {2, true}}));
    const Bytes payload(100, 0xFF);
    Bytes out;
    REQUIRE(write(Message{0xFEDCBA9876543210U, quality, retain, "x", "", "t", payload}, out));
    const auto message = std::get<Message>(only_frame(out));
    CHECK(message.number == 0xFEDCBA9876543210U);
    CHECK(message.quality == quality);
    CHECK(message.retain == retain);
    CHECK(message.client_id.empty());
    CHECK(Bytes(message.payload.begin(), message.payload.end()) == payload);
}

TEST_CASE("a message without payload and the largest one are frames", "[frame]") {
    const Bytes payload(GENERATE(std::size_t{0}, longest_payload), 'x');
    const std::string name(longest_name, 'n');
    const std::string topic(longest_topic, 't');
    Bytes out;
    REQUIRE(write(Message{1, 1, false, name, name, topic, payload}, out));
    const auto message = std::get<Message>(only_frame(out));
    CHECK(message.payload.size() == payload.size());
    CHECK(message.topic == topic);
}

TEST_CASE("any split of the stream gives the same frames", "[frame]") {
    const Bytes payload = octets("0102");
    Bytes stream;
    REQUIRE(write(Hello{}, stream));
    REQUIRE(write(sample(payload), stream));
    REQUIRE(write(Verdict{7, Outcome::refused}, stream));
    for (std::size_t have = 0; have < stream.size(); ++have) {
        INFO(have);
        ByteView rest(stream.data(), have);
        std::size_t frames = 0;
        for (;;) {
            auto found = read(rest);
            REQUIRE(found);
            if (!*found) break;
            ++frames;
            rest = rest.subspan((**found).size);
        }
        CHECK(frames == (have < 10 ? 0U : have < 10 + 57 ? 1U : 2U));
    }
}

TEST_CASE("what can never become a frame is refused at once", "[frame]") {
    const auto hex = GENERATE(values<std::string_view>({
        "00000000",                                                 // no type
        "7fffffff",                                                 // longer than any frame
        "00000006 00",                                              // unknown types
        "00000006 05",                                              //
        "00000007 01",                                              // greetings have one length
        "00000006 01 45574958 01",                                  // another protocol
        "0000000b 04",                                              // verdicts have one length
        "0000000a 04 0000000000000001 03",                          // unknown outcome
        "0000000a 04 0000000000000001 00",                          //
        "00000002 03 00",                                           // message too short
        "00000012 03 0000000000000001 09 0001610000000174 00",      // unknown flag
        "00000012 03 0000000000000001 03 0001610000000174 00",      // QoS 3
        "00000012 03 0000000000000001 01 0000 0000 0001 74 0000",   // no identity
        "00000012 03 0000000000000001 01 0001 61 0000 0000 0000",   // no topic
        "00000012 03 0000000000000001 01 0001 00 0000 0001 74 00",  // zero octet
        "00000012 03 0000000000000001 01 0001 61 0000 ffff 74 00",  // text beyond the frame
    }));
    INFO(hex);
    const auto found = read(octets(hex));
    REQUIRE_FALSE(found);
    CHECK(found.error().kind == ErrorKind::invalid_input);
}

TEST_CASE("a message that no frame can hold is not written", "[frame]") {
    const Bytes payload;
    const Bytes too_large(longest_payload + 1, 'x');
    const std::string long_name(longest_name + 1, 'n');
    const std::string long_topic(longest_topic + 1, 't');
    for (const auto& message :
         {Message{1, 1, false, "", "c", "t", payload}, Message{1, 1, false, long_name, "c", "t", payload},
          Message{1, 1, false, "i", long_name, "t", payload}, Message{1, 1, false, "i", "c", "", payload},
          Message{1, 1, false, "i", "c", long_topic, payload},
          Message{1, 1, false, "i", "c", std::string_view("t\0", 2), payload},
          Message{1, 3, false, "i", "c", "t", payload}, Message{1, 1, false, "i", "c", "t", too_large}}) {
        Bytes out{1, 2, 3};
        REQUIRE_FALSE(write(message, out));
        CHECK(out.size() == 3);
    }
}

TEST_CASE("a hello of another version is read so that it can be answered", "[frame]") {
    CHECK(std::get<Hello>(only_frame(octets("00000006 01 4557494e 02"))).version == 2);
}
