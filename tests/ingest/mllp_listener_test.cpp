#include <edgeward/ingest/mllp_listener.hpp>

#include <filesystem>
#include <mutex>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch_test_macros.hpp>

#include <edgeward/hl7/mllp_frame.hpp>

#include "support/certificates.hpp"

using namespace edgeward;
using namespace edgeward::ingest;
using support::eventually;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

const support::Certificates& certificates() {
    static const support::Certificates made({"console", "stranger", "expired"}, {"kis-adt", "somebody"});
    return made;
}

// The certificates under the names of credentials.
struct CredentialFolder {
    CredentialFolder() {
        copy("ca.pem", "ca");
        copy("console.pem", "admin-certificate");
        copy("console.key", "admin-key");
    }
    void copy(const char* from, const char* to) const {
        std::filesystem::copy_file(certificates().path() / from, folder / to,
                                   std::filesystem::copy_options::overwrite_existing);
    }
    support::ScratchFolder folder;
};

// What was handed over, and answers "<message>!" unless the message says otherwise.
struct Heard {
    void take(std::string_view sender, std::string_view message, const MllpReply& reply) {
        const std::lock_guard lock(mutex);
        messages.push_back(std::string(sender) + ": " + std::string(message));
        if (message == "later") {
            later.push_back(reply);
        } else if (message == "silent") {
            reply(std::nullopt);
        } else {
            reply(std::string(message) + "!");
        }
    }
    // Answers what waits, from the caller's thread.
    void answer(const std::string& text) {
        const std::lock_guard lock(mutex);
        for (const auto& reply : later)
            reply(text);
    }
    std::size_t waiting() {
        const std::lock_guard lock(mutex);
        return later.size();
    }
    std::vector<std::string> all() {
        const std::lock_guard lock(mutex);
        return messages;
    }
    std::mutex mutex;
    std::vector<std::string> messages;
    std::vector<MllpReply> later;
};

struct Scene {
    explicit Scene(const std::function<void(MllpListenerSettings&)>& change = {}) {
        settings.enabled = true;
        settings.port = 0;
        settings.senders = {{"kis", {"kis-adt"}}};
        if (change) change(settings);
        listener = start_mllp_listener(settings, config::Credentials(credentials.folder.path()), metrics,
                                       [this](std::string_view sender, std::string_view message,
                                              const MllpReply& reply) { heard.take(sender, message, reply); })
                       .value();
    }
    CredentialFolder credentials;
    metrics::Registry metrics;
    Heard heard;
    MllpListenerSettings settings;
    std::unique_ptr<MllpListener> listener;
};

void plain(MllpListenerSettings& settings) {
    settings.plain = true;
}

// A blocking client without TLS.
struct PlainClient {
    explicit PlainClient(std::uint16_t port) : socket(io) {
        socket.connect({asio::ip::make_address("127.0.0.1"), port});
    }
    void send(std::string_view octets) { asio::write(socket, asio::buffer(octets)); }
    // Up to the end of one frame; empty when the listener has closed.
    std::string receive() {
        boost::system::error_code error;
        const auto size = asio::read_until(socket, asio::dynamic_buffer(read), "\x1C\r", error);
        if (error) return {};
        std::string frame = read.substr(1, size - 3);
        read.erase(0, size);
        return frame;
    }
    asio::io_context io;
    tcp::socket socket;
    std::string read;
};

std::string framed(std::string_view message) {
    return *hl7::frame_message(message);
}

// One message by TLS with that certificate; empty when it is not answered.
std::string ask_by_tls(std::uint16_t port, const std::string& certificate) {
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.load_verify_file((certificates().path() / "ca.pem").string());
    context.set_verify_mode(asio::ssl::verify_peer);
    if (!certificate.empty()) {
        context.use_certificate_chain_file((certificates().path() / (certificate + ".pem")).string());
        context.use_private_key_file((certificates().path() / (certificate + ".key")).string(),
                                     asio::ssl::context::pem);
    }
    asio::ssl::stream<tcp::socket> stream(io, context);
    stream.lowest_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    boost::system::error_code error;
    stream.handshake(asio::ssl::stream_base::client, error);
    if (!error) asio::write(stream, asio::buffer(framed("hello")), error);
    std::string read;
    if (!error) asio::read_until(stream, asio::dynamic_buffer(read), "\x1C\r", error);
    return error ? std::string() : read.substr(1, read.size() - 3);
}

}  // namespace

TEST_CASE("every message is answered in its order on its connection", "[mllp_listener]") {
    Scene scene(plain);
    PlainClient client(scene.listener->port());
    client.send(framed("one") + framed("two") + framed("silent") + framed("three"));
    CHECK(client.receive() == "one!");
    CHECK(client.receive() == "two!");
    CHECK(client.receive() == "three!");
    CHECK(scene.heard.all() == std::vector<std::string>{"kis: one", "kis: two", "kis: silent", "kis: three"});
}

TEST_CASE("an answer may come later and holds up its own connection only", "[mllp_listener]") {
    Scene scene(plain);
    PlainClient patient(scene.listener->port());
    PlainClient other(scene.listener->port());
    patient.send(framed("later") + framed("behind"));
    REQUIRE(eventually([&] { return scene.heard.waiting() == 1; }));
    other.send(framed("meanwhile"));
    CHECK(other.receive() == "meanwhile!");
    CHECK(scene.heard.all() == std::vector<std::string>{"kis: later", "kis: meanwhile"});
    scene.heard.answer("committed");
    CHECK(patient.receive() == "committed");
    CHECK(patient.receive() == "behind!");
}

TEST_CASE("an answer after its connection or its listener is gone does no harm", "[mllp_listener]") {
    Scene scene(plain);
    {
        PlainClient gone(scene.listener->port());
        gone.send(framed("later"));
        REQUIRE(eventually([&] { return scene.heard.waiting() == 1; }));
    }
    scene.heard.answer("too late");
    CHECK(eventually([&] { return scene.listener->connections() == 0; }));
    PlainClient left(scene.listener->port());
    left.send(framed("later"));
    REQUIRE(eventually([&] { return scene.heard.waiting() == 2; }));
    scene.listener.reset();
    CHECK(left.receive().empty());
    scene.heard.answer("too late again");
}

TEST_CASE("what a listener is for names its metrics", "[mllp_listener]") {
    Scene scene([](MllpListenerSettings& settings) {
        plain(settings);
        settings.use = results_use();
    });
    PlainClient client(scene.listener->port());
    client.send(framed("one"));
    CHECK(client.receive() == "one!");
    CHECK(scene.metrics.expose().find("edgeward_hl7_in_connections 1") != std::string::npos);
}

TEST_CASE("a message may come octet by octet", "[mllp_listener]") {
    Scene scene(plain);
    PlainClient client(scene.listener->port());
    for (const char octet : framed("slow"))
        client.send({&octet, 1});
    CHECK(client.receive() == "slow!");
}

TEST_CASE("a message beyond the limit ends its connection and no other", "[mllp_listener]") {
    Scene scene([](MllpListenerSettings& settings) {
        plain(settings);
        settings.largest_message = 4096;
    });
    PlainClient other(scene.listener->port());
    PlainClient client(scene.listener->port());
    client.send(framed("before") + '\x0B' + std::string(5000, 'x'));
    CHECK(client.receive() == "before!");
    CHECK(client.receive().empty());
    other.send(framed("after"));
    CHECK(other.receive() == "after!");
    CHECK(scene.metrics.expose().find("edgeward_adt_disconnects_total{reason=\"message_too_long\"} 1") !=
          std::string::npos);
}

TEST_CASE("a message beyond the limit is refused by its header before its connection ends",
          "[mllp_listener]") {
    Scene scene([](MllpListenerSettings& settings) {
        plain(settings);
        settings.largest_message = 4096;
    });
    PlainClient client(scene.listener->port());
    client.send("\x0BMSH|^~\\&|LIS|LAB|||20261125||ORU^R01|L1|P|2.6|||AL|NE\r" + std::string(9000, 'x'));
    const auto answer = client.receive();
    CHECK(answer.find("\rMSA|CE|L1\rERR|||102^") != std::string::npos);
    CHECK(answer.find("expected at most 4096 octets") != std::string::npos);
    client.send(std::string(100, 'x'));
    client.socket.shutdown(tcp::socket::shutdown_send);
    CHECK(client.receive().empty());
    CHECK(scene.heard.all().empty());
}

TEST_CASE("a silent connection is closed when its time is over", "[mllp_listener]") {
    Scene scene([](MllpListenerSettings& settings) {
        plain(settings);
        settings.idle_timeout = std::chrono::milliseconds(100);
    });
    PlainClient client(scene.listener->port());
    CHECK(client.receive().empty());
    CHECK(eventually([&] { return scene.listener->connections() == 0; }));
    CHECK(scene.metrics.expose().find("reason=\"idle\"} 1") != std::string::npos);
}

TEST_CASE("no more connections than the limit are kept", "[mllp_listener]") {
    Scene scene([](MllpListenerSettings& settings) {
        plain(settings);
        settings.max_connections = 1;
    });
    PlainClient first(scene.listener->port());
    first.send(framed("first"));
    CHECK(first.receive() == "first!");
    PlainClient second(scene.listener->port());
    CHECK(second.receive().empty());
    CHECK(scene.listener->connections() == 1);
}

TEST_CASE("stopping closes what is open and may be asked for twice", "[mllp_listener]") {
    Scene scene(plain);
    PlainClient client(scene.listener->port());
    client.send(framed("one"));
    CHECK(client.receive() == "one!");
    scene.listener->stop();
    CHECK(client.receive().empty());
    scene.listener->stop();
    CHECK(scene.listener->connections() == 0);
}

TEST_CASE("only certificates of configured names may send", "[integration][mllp_listener]") {
    Scene scene;
    const auto port = scene.listener->port();
    CHECK(ask_by_tls(port, "kis-adt") == "hello!");
    CHECK(ask_by_tls(port, "somebody").empty());
    CHECK(ask_by_tls(port, "stranger").empty());
    CHECK(ask_by_tls(port, "expired").empty());
    CHECK(ask_by_tls(port, "").empty());
    CHECK(scene.heard.all() == std::vector<std::string>{"kis: hello"});
    CHECK(scene.metrics.expose().find("reason=\"certificate_name\"} 1") != std::string::npos);
}

TEST_CASE("new certificates serve the connections made after a reload", "[integration][mllp_listener]") {
    Scene scene;
    scene.credentials.copy("stranger_ca.pem", "ca");
    REQUIRE(scene.listener->reload_certificates());
    CHECK(ask_by_tls(scene.listener->port(), "kis-adt").empty());
    scene.credentials.copy("ca.pem", "ca");
    REQUIRE(scene.listener->reload_certificates());
    CHECK(ask_by_tls(scene.listener->port(), "kis-adt") == "hello!");
    std::filesystem::remove(scene.credentials.folder / "admin-key");
    CHECK_FALSE(scene.listener->reload_certificates());
    CHECK(ask_by_tls(scene.listener->port(), "kis-adt") == "hello!");
}

TEST_CASE("a port that is taken or credentials that miss are told at the start", "[mllp_listener]") {
    Scene scene(plain);
    MllpListenerSettings settings = scene.settings;
    settings.port = scene.listener->port();
    const config::Credentials credentials(scene.credentials.folder.path());
    const auto handler = [](std::string_view, std::string_view, const MllpReply& reply) {
        reply(std::nullopt);
    };
    const auto taken = start_mllp_listener(settings, credentials, scene.metrics, handler);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().kind == ErrorKind::misconfigured);
    settings.port = 0;
    settings.plain = false;
    settings.tls.ca = "missing";
    CHECK_FALSE(start_mllp_listener(settings, credentials, scene.metrics, handler));
}
