#include "ack_gate.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <random>

#include "mqtt_octets.hpp"

using namespace edgeward;
using namespace edgeward::ingest;

namespace {

constexpr std::size_t limit = 4096;
constexpr const char* marker = "0123456789abcdef";

// A gate with its two ends as they were written so far.
struct Scene {
    AckGate gate{AckGate::Settings{"inner", "token", marker, 60, limit}};
    Bytes to_client;
    Bytes to_broker;
    AckGate::Progress progress;

    Result<void> broker_says(const Bytes& octets) { return gate.from_broker(octets, to_client); }
    Result<void> client_says(const Bytes& octets) {
        return gate.from_client(octets, progress, to_broker, to_client);
    }
    // The client takes one message over and acknowledges it.
    Result<void> client_answers(std::uint16_t identifier) {
        ++progress.taken;
        ++progress.answered;
        return client_says(puback_packet(identifier));
    }
    Bytes broker_got() { return std::exchange(to_broker, {}); }
    Bytes client_got() { return std::exchange(to_client, {}); }
};

Scene connected(std::uint8_t version = version_5) {
    Scene scene;
    REQUIRE(scene.client_says(connect_packet(version, "inner", "token")));
    REQUIRE(scene.broker_says(connack_packet(version)));
    scene.broker_got();
    scene.client_got();
    return scene;
}

}  // namespace

TEST_CASE("a PUBACK waits until its message is committed", "[ack_gate]") {
    Scene scene = connected();
    const Bytes message = publish_packet("devices/a/x", 7, "one");
    REQUIRE(scene.broker_says(message));
    REQUIRE(scene.client_got() == message);
    REQUIRE(scene.client_answers(7));
    REQUIRE(scene.broker_got().empty());
    REQUIRE(scene.gate.parked() == 1);
    scene.gate.release(0, scene.to_broker);
    REQUIRE(scene.broker_got().empty());
    scene.gate.release(1, scene.to_broker);
    REQUIRE(scene.broker_got() == puback_packet(7));
    REQUIRE(scene.gate.parked() == 0);
    REQUIRE(scene.gate.under_way() == 0);
}

TEST_CASE("a PUBACK for what is committed already leaves at once", "[ack_gate]") {
    Scene scene = connected();
    scene.progress.taken = 41;
    scene.gate.release(42, scene.to_broker);
    REQUIRE(scene.broker_says(publish_packet("devices/a/x", 7, "one")));
    REQUIRE(scene.client_answers(7));
    REQUIRE(scene.broker_got() == puback_packet(7));
}

TEST_CASE("PUBACKs leave in the order of their messages", "[ack_gate]") {
    Scene scene = connected();
    for (std::uint16_t identifier = 1; identifier <= 3; ++identifier)
        REQUIRE(scene.broker_says(publish_packet("t", identifier, "x")));
    REQUIRE(scene.client_answers(2));
    REQUIRE(scene.client_answers(1));
    scene.gate.release(1, scene.to_broker);  // commits the first ticket only, which may belong to message 2
    REQUIRE(scene.broker_got().empty());
    scene.gate.release(2, scene.to_broker);
    REQUIRE(scene.broker_got() == joined({puback_packet(1), puback_packet(2)}));
    REQUIRE(scene.client_answers(3));
    scene.gate.release(3, scene.to_broker);
    REQUIRE(scene.broker_got() == puback_packet(3));
}

TEST_CASE("a PUBACK for a message that no handler took ends the connection", "[ack_gate]") {
    Scene scene = connected();
    REQUIRE(scene.broker_says(publish_packet("t", 1, "x")));
    const auto judged = scene.client_says(puback_packet(1));  // as Paho C before 1.3.10 does
    REQUIRE_FALSE(judged);
    REQUIRE(judged.error().kind == ErrorKind::invalid_input);
    scene.gate.release(99, scene.to_broker);
    REQUIRE(scene.broker_got().empty());
}

TEST_CASE("after a refused message no PUBACK counts any more", "[ack_gate]") {
    Scene scene = connected();
    REQUIRE(scene.broker_says(publish_packet("t", 1, "x")));
    REQUIRE(scene.broker_says(publish_packet("t", 2, "y")));
    REQUIRE(scene.client_answers(1));
    scene.progress.sealed = true;
    REQUIRE(scene.client_says(puback_packet(2)));
    scene.gate.release(99, scene.to_broker);
    REQUIRE(scene.broker_got() == puback_packet(1));
}

TEST_CASE("a PUBACK for a message nobody sent ends the connection", "[ack_gate]") {
    Scene scene = connected();
    REQUIRE(scene.broker_says(publish_packet("t", 1, "x")));
    REQUIRE_FALSE(scene.client_answers(2));
}

TEST_CASE("nothing reaches the broker before the token was shown", "[ack_gate]") {
    const auto first = GENERATE(connect_packet(version_5, "inner", "wrong"), Bytes{0xC0, 0}, puback_packet(1),
                                Bytes{0x16, 0x03, 0x01, 0x02, 0x00});
    Scene scene;
    (void)scene.client_says(first);
    REQUIRE(scene.broker_got().empty());
    REQUIRE_FALSE(scene.gate.admitted());
}

TEST_CASE("the token opens the gate once", "[ack_gate]") {
    Scene scene;
    REQUIRE(scene.client_says(connect_packet(version_5, "inner", "token")));
    REQUIRE(scene.gate.admitted());
    REQUIRE(text_of(scene.to_broker).find("token") == std::string_view::npos);
    REQUIRE_FALSE(scene.client_says(connect_packet(version_5, "inner", "token")));
}

TEST_CASE("QoS 2 and packets without a place end the connection", "[ack_gate]") {
    const auto bad = GENERATE(publish_packet("t", 1, "x", 2), publish_packet("t", 1, "x", 3),
                              Bytes{0x62, 2, 0, 1}, Bytes{0x40, 2, 0, 1}, Bytes{0x10, 0}, Bytes{0xF0, 0},
                              Bytes{0x32, 2, 0, 9}, Bytes{0x90, 0xFF, 0xFF, 0x7F}, Bytes{0x20, 2, 0, 0});
    Scene scene = connected();
    const auto judged = scene.broker_says(bad);
    REQUIRE_FALSE(judged);
    REQUIRE(judged.error().kind == ErrorKind::invalid_input);
    REQUIRE(scene.client_got().empty());
}

TEST_CASE("messages with QoS 0 pass and need no PUBACK", "[ack_gate]") {
    Scene scene = connected();
    const Bytes message = publish_packet("devices/a/x", 0, "zero", 0);
    REQUIRE(scene.broker_says(message));
    REQUIRE(scene.client_got() == message);
    REQUIRE(scene.gate.under_way() == 0);
}

TEST_CASE("a message over the limit is replaced by what says its size", "[ack_gate]") {
    const auto version = GENERATE(version_5, version_3_1_1);
    const unsigned quality = GENERATE(0U, 1U);
    CAPTURE(version, quality);
    Scene scene = connected(version);
    // MQTT 5 §3.3.2.3, with two properties that go with the payload (content type "x", a user property).
    const Bytes properties =
        version == version_5 ? Bytes{11, 0x03, 0, 1, 'x', 0x26, 0, 1, 'k', 0, 1, 'v'} : Bytes{};
    const auto first = static_cast<std::uint8_t>(0x30U | quality << 1U);
    const Bytes topic = field("devices/a/x");
    const Bytes identifier = quality > 0 ? number(7) : Bytes{};
    const Bytes large = packet(first, joined({topic, identifier, properties, Bytes(limit, 'z')}));
    const std::string words = marker + std::to_string(large.size());
    const Bytes stand_in = packet(first, joined({topic, identifier, version == version_5 ? Bytes{0} : Bytes{},
                                                 Bytes(words.begin(), words.end())}));

    REQUIRE(scene.broker_says(Bytes(large.begin(), large.end() - 1)));
    REQUIRE(scene.client_got().empty());
    REQUIRE(scene.broker_says(Bytes{'z'}));
    REQUIRE(scene.client_got() == stand_in);
    REQUIRE(scene.broker_says(publish_packet("t", 8, "small")));
    REQUIRE(scene.client_got() == publish_packet("t", 8, "small"));
    REQUIRE(scene.gate.under_way() == quality + 1);

    // Nothing but a topic: there is nothing to go by.
    const Bytes nothing = version == version_5 ? Bytes{0} : Bytes{};
    const Bytes wide = field(std::string(limit, 't'));
    REQUIRE(scene.broker_says(packet(0x30, joined({wide, nothing}))));
    const std::string its_size = marker + std::to_string(packet(0x30, joined({wide, nothing})).size());
    REQUIRE(scene.client_got() ==
            packet(0x30, joined({wide, nothing, Bytes(its_size.begin(), its_size.end())})));
}

TEST_CASE("a message over the limit is acknowledged after its refusal is committed", "[ack_gate]") {
    Scene scene = connected();
    REQUIRE(scene.broker_says(publish_packet("t", 1, "small")));
    REQUIRE(scene.broker_says(publish_packet("t", 2, std::string(limit, 'z'))));
    REQUIRE(scene.broker_got().empty());
    REQUIRE(scene.client_answers(1));
    REQUIRE(scene.client_answers(2));
    scene.gate.release(1, scene.to_broker);
    REQUIRE(scene.broker_got() == puback_packet(1));
    scene.gate.release(2, scene.to_broker);
    REQUIRE(scene.broker_got() == puback_packet(2));
}

TEST_CASE("only the gate's own marker tells of a withheld message", "[ack_gate]") {
    const auto size_in = [](std::string_view payload, std::string_view with) {
        return withheld_size(bytes_of(payload), with);
    };
    REQUIRE(size_in("0123456789abcdef5000000", marker) == 5000000);
    REQUIRE_FALSE(size_in("0123456789abcdee5000000", marker));
    REQUIRE_FALSE(size_in("0123456789abcdef", marker));
    REQUIRE_FALSE(size_in("0123456789abcdef5000000x", marker));
    REQUIRE_FALSE(size_in("0123456789abcdef99999999999999999999999", marker));
    REQUIRE_FALSE(size_in("", marker));
    REQUIRE_FALSE(size_in("5000000", ""));
}

TEST_CASE("pings of the gate are its own and pings of the client are answered between packets",
          "[ack_gate]") {
    Scene scene = connected();
    scene.gate.ping(scene.to_broker);
    REQUIRE(scene.broker_got() == Bytes{0xC0, 0});
    REQUIRE(scene.gate.pings_unanswered() == 1);
    REQUIRE(scene.broker_says({0xD0, 0}));
    REQUIRE(scene.gate.pings_unanswered() == 0);
    REQUIRE(scene.client_got().empty());

    const Bytes message = publish_packet("t", 1, "half");
    const auto half = static_cast<std::ptrdiff_t>(message.size() - 2);
    REQUIRE(scene.broker_says(Bytes(message.begin(), message.begin() + half)));
    REQUIRE(scene.client_says({0xC0, 0}));
    REQUIRE(scene.broker_got().empty());
    REQUIRE(scene.client_got() == Bytes(message.begin(), message.begin() + half));
    REQUIRE(scene.broker_says(Bytes(message.begin() + half, message.end())));
    REQUIRE(scene.client_got() == joined({Bytes(message.begin() + half, message.end()), {0xD0, 0}}));
}

TEST_CASE("the gate remembers what the broker said of session and subscription and farewell", "[ack_gate]") {
    Scene scene;
    REQUIRE(scene.client_says(connect_packet(version_5, "inner", "token")));
    REQUIRE(scene.broker_says(connack_packet(version_5, 0x84)));
    REQUIRE(scene.gate.connack()->reason == 0x84);
    REQUIRE(scene.client_got().empty());

    Scene other = connected();
    REQUIRE(other.broker_says({0x90, 4, 0, 1, 0, 0x87}));
    REQUIRE(other.gate.subscription_refusal() == 0x87);
    REQUIRE_FALSE(other.gate.subscribed());
    REQUIRE(other.broker_says({0xE0, 1, 0x8E}));
    REQUIRE(other.gate.farewell() == std::uint8_t{0x8E});
    REQUIRE(other.client_says({0xE0, 0}));
    REQUIRE(other.gate.client_left());
    REQUIRE(other.broker_got() == Bytes{0xE0, 0});
}

// The same dialogue in pieces of random sizes gives the same octets at both ends.
TEST_CASE("any split of the octets gives the same result", "[ack_gate]") {
    const auto seed = GENERATE(range(1U, 41U));
    CAPTURE(seed);
    std::mt19937 random(seed);
    Bytes from_broker;
    Bytes expected_to_client;
    Bytes acknowledgements;
    for (std::uint16_t i = 1; i <= 60; ++i) {
        const std::size_t size = random() % 5 == 0 ? limit + random() % 5000 : random() % 700;
        const unsigned quality = random() % 4 == 0 ? 0 : 1;
        const std::string topic = "devices/m/" + std::string(random() % 200, 't');
        const Bytes message = publish_packet(topic, i, std::string(size, 'p'), quality);
        from_broker.insert(from_broker.end(), message.begin(), message.end());
        const Bytes passed = message.size() <= limit
                                 ? message
                                 : publish_packet(topic, i, marker + std::to_string(message.size()), quality);
        expected_to_client.insert(expected_to_client.end(), passed.begin(), passed.end());
        if (quality == 1) acknowledgements = joined({acknowledgements, puback_packet(i)});
        if (random() % 7 == 0) from_broker = joined({from_broker, {0xD0, 0}});
    }
    Scene scene = connected();
    const auto in_pieces = [&](const Bytes& octets, const auto& give) {
        for (std::size_t at = 0; at < octets.size();) {
            const std::size_t longest = random() % 3 == 0 ? 3 : 3000;
            const std::size_t size = std::min(octets.size() - at, 1 + random() % longest);
            REQUIRE(give(Bytes(octets.begin() + static_cast<std::ptrdiff_t>(at),
                               octets.begin() + static_cast<std::ptrdiff_t>(at + size))));
            at += size;
        }
    };
    in_pieces(from_broker, [&](const Bytes& piece) { return scene.broker_says(piece); });
    REQUIRE(scene.to_client == expected_to_client);

    // The client acknowledges everything that reached it; only what it saw can be parked by it.
    Bytes from_client;
    for (std::size_t at = 0; at < expected_to_client.size();) {
        const auto header = **read_fixed_header(ByteView(expected_to_client).subspan(at));
        if (header.quality_of_service() == 1) {
            const std::size_t topic = two_octets(expected_to_client, at + header.size);
            from_client = joined(
                {from_client, puback_packet(two_octets(expected_to_client, at + header.size + 2 + topic))});
        }
        at += header.whole();
    }
    scene.progress.taken = scene.progress.answered = 1000;
    in_pieces(from_client, [&](const Bytes& piece) { return scene.client_says(piece); });
    scene.gate.release(1000, scene.to_broker);
    REQUIRE(scene.to_broker == acknowledgements);
    REQUIRE(scene.gate.under_way() == 0);
}

// A model beside the gate: messages, answers and commits in random order; no PUBACK may be out before its
// commit.
TEST_CASE("a PUBACK never overtakes its commit and order is kept", "[ack_gate]") {
    const auto seed = GENERATE(range(1U, 61U));
    CAPTURE(seed);
    std::mt19937 random(seed);
    Scene scene = connected(seed % 2 == 0 ? version_5 : version_3_1_1);
    std::uint16_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t committed = 0;
    std::uint64_t out = 0;
    for (int step = 0; step < 2000; ++step) {
        switch (random() % 3) {
            case 0:
                REQUIRE(scene.broker_says(publish_packet("t", ++sent, "x")));
                break;
            case 1:
                if (answered < sent) REQUIRE(scene.client_answers(static_cast<std::uint16_t>(++answered)));
                break;
            default:
                committed = std::min(scene.progress.taken, committed + random() % 4);
                scene.gate.release(committed, scene.to_broker);
        }
        const Bytes got = scene.broker_got();
        for (std::size_t at = 0; at < got.size(); at += 4) {
            REQUIRE(two_octets(got, at + 2) == ++out);
            REQUIRE(out <= committed);
        }
    }
    REQUIRE(out > 0);
}
