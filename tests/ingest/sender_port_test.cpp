#include "sender_port.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <catch2/catch_test_macros.hpp>

#include "support/certificates.hpp"

using namespace edgeward;
using namespace edgeward::ingest;
using support::eventually;

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

const std::filesystem::path& certificates() {
    static const support::Certificates made({"console"}, {"ct-1", "us-1", "somebody"});
    return made.path();
}

SenderPortSettings settings() {
    SenderPortSettings made{"dicom_in",     "the DICOM port", "ew-port-test",
                            "associations", "Associations",   "127.0.0.1"};
    made.most = 4;
    made.handshake_patience = std::chrono::seconds(10);
    made.tls = {"ca.pem", "console.pem", "console.key", {}, {}};
    made.senders = {{"ct", {"ct-1"}}, {"us", {"us-1"}}};
    return made;
}

// Says which sender it hears and hangs up.
asio::awaitable<std::string_view> say_who(const SenderConnection& connection) {
    const std::string said = "sender " + std::to_string(connection.sender);
    if (connection.tls != nullptr)
        co_await asio::async_write(*connection.tls, asio::buffer(said), asio::as_tuple(asio::use_awaitable));
    else
        co_await asio::async_write(connection.socket, asio::buffer(said),
                                   asio::as_tuple(asio::use_awaitable));
    co_return "said";
}

struct Scene {
    explicit Scene(SenderPortSettings chosen = settings())
        : port(SenderPort::start(std::move(chosen), config::Credentials(certificates()), metrics, say_who)
                   .value()) {}
    bool counts(const std::string& reason, int times) {
        const auto line = "edgeward_dicom_in_disconnects_total{reason=\"" + reason + "\"} ";
        return eventually(
            [&] { return metrics.expose().find(line + std::to_string(times)) != std::string::npos; });
    }
    metrics::Registry metrics;
    std::unique_ptr<SenderPort> port;
};

template <typename Stream>
std::string read_all(Stream& stream) {
    std::string read;
    boost::system::error_code ended;
    asio::read(stream, asio::dynamic_buffer(read), ended);
    return read;
}

std::string hear_by_tls(std::uint16_t port, const std::string& certificate) {
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    context.load_verify_file((certificates() / "ca.pem").string());
    context.set_verify_mode(asio::ssl::verify_peer);
    context.use_certificate_chain_file((certificates() / (certificate + ".pem")).string());
    context.use_private_key_file((certificates() / (certificate + ".key")).string(), asio::ssl::context::pem);
    TlsSocket stream(io, context);
    stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    boost::system::error_code error;
    stream.handshake(asio::ssl::stream_base::client, error);
    return error ? std::string() : read_all(stream);
}

}  // namespace

TEST_CASE("a conversation knows its sender by the certificate", "[integration][sender_port]") {
    Scene scene;
    CHECK(hear_by_tls(scene.port->port(), "ct-1") == "sender 0");
    CHECK(hear_by_tls(scene.port->port(), "us-1") == "sender 1");
    CHECK(hear_by_tls(scene.port->port(), "somebody").empty());
    CHECK(scene.counts("said", 2));
    CHECK(scene.counts("certificate_name", 1));
    CHECK(eventually([&] { return scene.port->connections() == 0; }));
}

TEST_CASE("without TLS there is one sender", "[sender_port]") {
    auto plain = settings();
    plain.plain = true;
    plain.tls.ca = "missing";  // nothing of it is read
    Scene scene(plain);
    asio::io_context io;
    tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), scene.port->port()});
    CHECK(read_all(socket) == "sender 0");
    CHECK(scene.counts("said", 1));
}

TEST_CASE("who does not shake hands in time is gone", "[sender_port]") {
    auto hasty = settings();
    hasty.handshake_patience = std::chrono::milliseconds(50);
    Scene scene(hasty);
    asio::io_context io;
    tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), scene.port->port()});
    CHECK(read_all(socket).empty());
    CHECK(scene.counts("tls", 1));
    scene.port->stop();
    scene.port->stop();
}

TEST_CASE("a port needs an address and credentials", "[sender_port]") {
    metrics::Registry metrics;
    for (const bool credentials : {false, true}) {
        auto wrong = settings();
        (credentials ? wrong.tls.key : wrong.address) = "missing";
        const auto port = SenderPort::start(wrong, config::Credentials(certificates()), metrics, say_who);
        REQUIRE_FALSE(port);
        CHECK(port.error().kind == ErrorKind::misconfigured);
    }
}
