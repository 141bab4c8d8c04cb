#include "gateway_link.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <chrono>

#include "fake_gateway.hpp"
#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::broker;
using namespace std::chrono_literals;

namespace {

struct Scene {
    explicit Scene(std::chrono::milliseconds deadline = 10s, std::uint32_t user = ::geteuid())
        : link({path().string(), user, deadline},
               [this](bool ready, const char* why) { told.push_back(ready ? "ready" : why); }) {}
    [[nodiscard]] std::filesystem::path path() const { return folder / "intake.sock"; }
    bool becomes_ready() {
        return support::eventually([this] {
            link.keep();
            return link.ready();
        });
    }
    Answer deliver(std::string_view payload = "{}") {
        intake::Message message;
        message.identity = "m-1";
        message.client_id = "c";
        message.topic = "devices/m-1/vitals";
        message.payload = bytes_of(payload);
        return link.deliver(message);
    }

    support::ScratchFolder folder;
    std::vector<std::string> told;
    GatewayLink link;
};

template <typename Action>
std::chrono::milliseconds time_of(Action action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
}

}  // namespace

TEST_CASE("a message is delivered on a connection that is kept", "[gateway_link]") {
    Scene scene;
    FakeGateway gateway(scene.path());
    REQUIRE(scene.becomes_ready());
    for (int i = 0; i < 50; ++i)
        REQUIRE(scene.deliver("payload " + std::to_string(i)) == Answer::committed);
    const auto heard = gateway.heard();
    REQUIRE(heard.size() == 50);
    CHECK(heard[49].payload == "payload 49");
    CHECK(heard[49].number == 50);
    CHECK(heard[0].topic == "devices/m-1/vitals");
    CHECK(gateway.connections() == 1);
    CHECK(scene.told == std::vector<std::string>{"ready"});
}

TEST_CASE("a large message goes through a full socket", "[gateway_link]") {
    Scene scene;
    FakeGateway gateway(scene.path());
    REQUIRE(scene.becomes_ready());
    const std::string large(intake::longest_payload, 'x');
    CHECK(scene.deliver(large) == Answer::committed);
    CHECK(gateway.heard()[0].payload.size() == large.size());
    CHECK(scene.deliver(large + "x") == Answer::refused);  // no frame can hold it
    CHECK(scene.deliver() == Answer::committed);
}

TEST_CASE("a refusal is told apart from a gateway that is away", "[gateway_link]") {
    Scene scene;
    FakeGateway gateway(scene.path(), [](const FakeGateway::Heard& heard) {
        return FakeGateway::octets_of(intake::Verdict{heard.number, intake::Outcome::refused});
    });
    REQUIRE(scene.becomes_ready());
    CHECK(scene.deliver() == Answer::refused);
    CHECK(scene.link.ready());
}

TEST_CASE("without a gateway a delivery fails at once", "[gateway_link]") {
    Scene scene;
    CHECK(time_of([&] { CHECK(scene.deliver() == Answer::unavailable); }) < 1s);
    CHECK(scene.told == std::vector<std::string>{"no gateway is there"});
    for (int i = 0; i < 100; ++i)
        CHECK(scene.deliver() == Answer::unavailable);
    CHECK(scene.told.size() == 1);  // said once
    FakeGateway gateway(scene.path());
    CHECK(scene.becomes_ready());
    CHECK(scene.deliver() == Answer::committed);
    CHECK(scene.told.back() == "ready");
}

TEST_CASE("a gateway that comes back is found again", "[gateway_link]") {
    Scene scene;
    {
        FakeGateway gateway(scene.path());
        REQUIRE(scene.becomes_ready());
        CHECK(scene.deliver() == Answer::committed);
    }
    CHECK(scene.deliver() == Answer::unavailable);
    FakeGateway gateway(scene.path());
    REQUIRE(scene.becomes_ready());
    CHECK(scene.deliver() == Answer::committed);
    CHECK(scene.told == std::vector<std::string>{"ready", "the gateway hung up", "ready"});
}

TEST_CASE("a verdict that comes too late counts as none and costs one deadline only", "[gateway_link]") {
    Scene scene(400ms);
    FakeGateway gateway(scene.path(), [](const FakeGateway::Heard&) { return std::nullopt; });
    REQUIRE(scene.becomes_ready());
    const auto first = time_of([&] { CHECK(scene.deliver() == Answer::unavailable); });
    CHECK(first >= 390ms);
    CHECK(scene.told.back() == "the gateway did not commit in time");
    // Until the next attempt is due nothing waits.
    CHECK(time_of([&] { CHECK(scene.deliver() == Answer::unavailable); }) < 350ms);
    CHECK(gateway.heard().size() == 1);
}

TEST_CASE("a gateway that stands still is tried at longer and longer intervals", "[gateway_link]") {
    Scene scene(50ms);
    FakeGateway gateway(scene.path(), [](const FakeGateway::Heard&) { return std::nullopt; });
    // Each try waits for welcome, so that only silence after a message makes an interval.
    std::vector<std::chrono::milliseconds> waits;
    for (int i = 0; i < 4; ++i) {
        waits.push_back(time_of([&] { REQUIRE(scene.becomes_ready()); }));
        CHECK(scene.deliver() == Answer::unavailable);
    }
    CHECK(waits[1] >= 45ms);
    CHECK(waits[2] >= 90ms);
    CHECK(waits[3] >= 180ms);
}

TEST_CASE("a gateway that says nothing is not waited for", "[gateway_link]") {
    Scene scene;
    FakeGateway gateway(scene.path(), FakeGateway::commit, std::nullopt);
    REQUIRE(support::eventually([&] {
        scene.link.keep();
        return gateway.connections() == 1;
    }));
    CHECK(time_of([&] { CHECK(scene.deliver() == Answer::unavailable); }) < 1s);
    CHECK_FALSE(scene.link.ready());
}

TEST_CASE("another user's socket is not spoken to", "[gateway_link]") {
    Scene scene(10s, ::geteuid() + 1);
    FakeGateway gateway(scene.path());
    CHECK(scene.deliver() == Answer::unavailable);
    CHECK(scene.told == std::vector<std::string>{"another user than the gateway's listens"});
    CHECK(support::eventually([&] { return gateway.connections() == 1; }));
    CHECK(gateway.heard().empty());
}

TEST_CASE("a gateway of another protocol or version is left", "[gateway_link]") {
    const auto [welcome, why] = GENERATE(table<Bytes, std::string>({
        {Bytes{'H', 'T', 'T', 'P'}, "the gateway does not speak this protocol"},
        {FakeGateway::octets_of(intake::Welcome{2}), "the gateway speaks another version of the protocol"},
        {FakeGateway::octets_of(intake::Hello{}), "the gateway does not speak this protocol"},
        {FakeGateway::octets_of(intake::Message{1, 1, false, "i", "c", "t", {}}),
         "the gateway does not speak this protocol"},
    }));
    Scene scene;
    FakeGateway gateway(scene.path(), FakeGateway::commit, welcome);
    CHECK(support::eventually([&scene = scene, &why = why] {
        scene.link.keep();
        return !scene.told.empty() && scene.told.back() == why;
    }));
    CHECK(scene.deliver() == Answer::unavailable);
}

TEST_CASE("a verdict for another message is none", "[gateway_link]") {
    Scene scene;
    FakeGateway gateway(scene.path(), [](const FakeGateway::Heard& heard) {
        return FakeGateway::octets_of(intake::Verdict{heard.number + 1, intake::Outcome::committed});
    });
    REQUIRE(scene.becomes_ready());
    CHECK(scene.deliver() == Answer::unavailable);
    CHECK(scene.told.back() == "the gateway does not speak this protocol");
}
