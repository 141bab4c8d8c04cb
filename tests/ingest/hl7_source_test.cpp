#include "hl7_source.hpp"

#include <mutex>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>

#include <edgeward/hl7/mllp_frame.hpp>

#include "hl7/result_sample.hpp"
#include "support/certificates.hpp"

using namespace edgeward;
using namespace edgeward::ingest;
using support::eventually;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Client {
    explicit Client(std::uint16_t port) : socket(io) {
        socket.connect({asio::ip::make_address("127.0.0.1"), port});
    }
    void send(std::string_view message) { asio::write(socket, asio::buffer(*hl7::frame_message(message))); }
    // The segments behind MSH of the next answer.
    std::string receive() {
        boost::system::error_code error;
        const auto size = asio::read_until(socket, asio::dynamic_buffer(read), "\x1C\r", error);
        if (error) return "closed";
        last = read.substr(1, size - 3);
        read.erase(0, size);
        return last.substr(last.find('\r') + 1);
    }
    asio::io_context io;
    tcp::socket socket;
    std::string read;
    std::string last;
};

struct Scene {
    Scene() {
        MllpListenerSettings settings;
        settings.use = results_use();
        settings.enabled = true;
        settings.plain = true;
        settings.port = 0;
        settings.senders = {{"gw", {}}};
        source = std::make_unique<Hl7Source>(settings, config::Credentials(folder.path()), metrics,
                                             system_clock(), Hl7SourceFacts{1000, [] { return "UTC"; }});
        REQUIRE(source->start([this](model::RawMessage&& message) {
            const std::lock_guard lock(mutex);
            if (closed) return false;
            messages.push_back(std::move(message));
            return true;
        }));
    }
    std::size_t taken() {
        const std::lock_guard lock(mutex);
        return messages.size();
    }
    support::ScratchFolder folder;
    metrics::Registry metrics;
    std::mutex mutex;
    std::vector<model::RawMessage> messages;
    bool closed = false;
    std::unique_ptr<Hl7Source> source;
};

const std::string result = hl7::sample::laboratory("ORU^R01", "OBR|1||F1|||202611250800\rOBX|1|NM|1^^L||1|g");

}  // namespace

TEST_CASE("a message is answered when it is on disk and not before", "[hl7_source]") {
    Scene scene;
    Client client(scene.source->port());
    client.send(result);
    REQUIRE(eventually([&] { return scene.taken() == 1; }));
    CHECK(scene.messages[0].source == model::Source::hl7);
    CHECK(scene.messages[0].topic == "#hl7/gw");
    CHECK(scene.messages[0].ticket == 1);
    CHECK(text_of(scene.messages[0].payload) == result);
    Client other(scene.source->port());
    other.send(result);
    REQUIRE(eventually([&] { return scene.taken() == 2; }));
    CHECK(client.socket.available() == 0);
    CHECK(scene.source->status().received == 2);
    CHECK(scene.source->status().acknowledged == 0);
    scene.source->acknowledge_through(2);
    CHECK(client.receive() == "MSA|AA|L1\r");
    CHECK(other.receive() == "MSA|AA|L1\r");
    // The same message has the same answer, MSH-10 included, so that a resend changes nothing.
    const auto id_of = [](const std::string& answer) { return hl7::read_header(answer)->control_id; };
    CHECK(id_of(client.last) == id_of(other.last));
    CHECK(scene.source->status().acknowledged == 2);
    CHECK(scene.metrics.expose().find(
              "edgeward_hl7_in_messages_total{outcome=\"accepted\",sender=\"gw\"} 2") != std::string::npos);
}

TEST_CASE("a sender hears what became of its message", "[hl7_source]") {
    Scene scene;
    Client client(scene.source->port());
    std::uint64_t ticket = 0;
    const auto answer_to = [&](std::string_view message, Fate fate, std::string_view reason) {
        client.send(message);
        ++ticket;
        REQUIRE(eventually([&] { return scene.taken() == ticket; }));
        scene.source->tell(ticket, fate, reason);
        scene.source->acknowledge_through(ticket);
        return client.receive();
    };
    CHECK(answer_to(result, Fate::held, "") == "MSA|AA|L1\r");
    CHECK(answer_to(result, Fate::refused, "duplicate") == "MSA|AA|L1\r");
    CHECK(answer_to(result, Fate::refused, "nothing_measured") == "MSA|AA|L1\r");
    CHECK(answer_to(result, Fate::refused, "oversized").starts_with("MSA|AE|L1\rERR|||102^"));
    CHECK(answer_to(hl7::sample::replaced(result, "ORU^R01", "ADT^A01"), Fate::refused, "unsupported_message")
              .starts_with("MSA|AR|L1\rERR||MSH^1^9^1^1|200^"));
    CHECK(answer_to(hl7::sample::replaced(result, "OBR|", "ZZZ|"), Fate::refused, "malformed_message")
              .starts_with("MSA|AE|L1\rERR||OBR^1|100^"));
    CHECK(answer_to("no message at all", Fate::refused, "malformed_message")
              .starts_with("MSA|AE|\rERR||MSH^1|100^"));
}

TEST_CASE("a point-of-care result takes its placer number back", "[hl7_source]") {
    Scene scene;
    Client client(scene.source->port());
    client.send(hl7::sample::laboratory("ORU^R30^ORU_R30", "ORC|NW|P7|F7\rOBR|1\rOBX|1"));
    REQUIRE(eventually([&] { return scene.taken() == 1; }));
    scene.source->acknowledge_through(1);
    CHECK(client.receive() == "MSA|AA|L1\rORC|OK|P7|F7\r");
    CHECK(client.last.find("ACK^R33^ACK") != std::string::npos);
}

TEST_CASE("what the gateway does not take is to be sent again", "[hl7_source]") {
    Scene scene;
    scene.closed = true;
    Client client(scene.source->port());
    client.send(result);
    CHECK(client.receive().starts_with("MSA|AR|L1\rERR|||207^"));
    client.send(result);
    CHECK(client.receive().starts_with("MSA|AR|L1\rERR|||207^"));
    CHECK(scene.taken() == 0);
    CHECK(scene.source->status().received == 0);
}

TEST_CASE("a source that has stopped says so and a commit afterwards does no harm", "[hl7_source]") {
    Scene scene;
    CHECK(scene.source->status().connected);
    Client client(scene.source->port());
    client.send(result);
    REQUIRE(eventually([&] { return scene.taken() == 1; }));
    const auto port = scene.source->port();
    std::thread committing([&scene, port] {
        const auto refused = [port] {
            asio::io_context io;
            tcp::socket socket(io);
            boost::system::error_code error;
            socket.connect({asio::ip::make_address("127.0.0.1"), port}, error);
            return error.failed();
        };
        (void)eventually(refused);
        scene.source->acknowledge_through(1);
    });
    scene.source->stop();
    committing.join();
    CHECK_FALSE(scene.source->status().connected);
    CHECK(client.receive() == "MSA|AA|L1\r");  // stopping waits for what was taken
    scene.source->acknowledge_through(5);
    scene.source->tell(7, Fate::held, "");
}
