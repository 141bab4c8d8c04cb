#include <edgeward/transport/mllp_transport.hpp>

#include <set>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "transport/hl7_peer.hpp"

using namespace edgeward;
using namespace edgeward::transport;
using namespace edgeward::transport::hl7_peer;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::vector<std::string> ids_of(const Receiver& receiver) {
    std::vector<std::string> ids;
    for (const auto& one : receiver.received())
        ids.push_back(one.at("control_id"));
    return ids;
}

std::size_t connections_of(const Receiver& receiver) {
    std::set<int> connections;
    for (const auto& one : receiver.received())
        connections.insert(one.at("connection").get<int>());
    return connections.size();
}

std::uint16_t free_port() {
    boost::asio::io_context io;
    return boost::asio::ip::tcp::acceptor(io, {boost::asio::ip::address_v4::loopback(), 0})
        .local_endpoint()
        .port();
}

}  // namespace

TEST_CASE("messages arrive octet for octet over one kept connection", "[integration][mllp_transport]") {
    auto receiver = python_receiver("CA");
    Gateway gateway(settings_for(receiver.port()));
    for (const std::string id : {"a", "b", "c"})
        CHECK(gateway.send(message(id, "OBX|1|ST|1^M\u00FCller||x\r")));
    const auto received = receiver.received();
    REQUIRE(received.size() == 3);
    CHECK(received[1].at("message") == message("b", "OBX|1|ST|1^M\u00FCller||x\r").body);
    CHECK(connections_of(receiver) == 1);
    CHECK(gateway.transport().reports_per_message() == 1);
}

TEST_CASE("TLS 1.2 receivers are served as well", "[integration][mllp_transport]") {
    auto receiver = python_receiver("CA", {"--tls12"});
    CHECK(Gateway(settings_for(receiver.port())).send(message("a")));
}

TEST_CASE("every way to answer has its outcome", "[integration][mllp_transport]") {
    struct Case {
        std::string answer;
        std::optional<ErrorKind> kind;  // nothing: accepted
        bool message_only;
    };
    const auto row = GENERATE(values<Case>({
        {"AA", {}, false},
        {"lf", {}, false},
        {"split", {}, false},
        {"garbage", {}, false},
        {"twice", {}, false},
        {"late", {}, false},
        {"AE", ErrorKind::rejected, true},
        {"CE101", ErrorKind::rejected, true},
        {"AR", ErrorKind::misconfigured, true},
        {"AR207", ErrorKind::unavailable, true},
        {"CR206", ErrorKind::unavailable, true},
        {"CR203", ErrorKind::misconfigured, false},
        {"wrong-id", ErrorKind::ambiguous, false},
        {"not-hl7", ErrorKind::ambiguous, false},
        {"no-msa", ErrorKind::ambiguous, false},
        {"close", ErrorKind::ambiguous, false},
        {"reset", ErrorKind::ambiguous, false},
        {"half", ErrorKind::ambiguous, false},
    }));
    CAPTURE(row.answer);
    // The message after the one in question is answered properly, so it shows that the connection is sound or
    // renewed.
    auto receiver = python_receiver(row.answer + ",CA", {"--delay", row.answer == "late" ? "0.2" : "0"});
    Gateway gateway(settings_for(receiver.port()));
    const Outcome outcome = gateway.send(message("a"));
    CHECK(outcome.has_value() == !row.kind.has_value());
    if (!outcome) {
        CHECK(outcome.error().error.kind == row.kind);
        CHECK(outcome.error().message_only == row.message_only);
    }
    CHECK(gateway.send(message("b")));
    CHECK(ids_of(receiver) == std::vector<std::string>{"a", "b"});
    const bool renewed = row.kind == ErrorKind::ambiguous;
    CHECK(connections_of(receiver) == (renewed ? 2 : 1));
}

TEST_CASE("no answer in time is ambiguous and the resend carries the same identifier",
          "[integration][mllp_transport]") {
    auto receiver = python_receiver("silence,CA");
    auto settings = settings_for(receiver.port());
    settings.response_timeout = milliseconds(300);
    Gateway gateway(settings);
    const Outcome first = gateway.send(message("a"));
    REQUIRE_FALSE(first);
    CHECK(first.error().error.kind == ErrorKind::ambiguous);
    CHECK(gateway.send(message("a")));
    CHECK(ids_of(receiver) == std::vector<std::string>{"a", "a"});
    CHECK(connections_of(receiver) == 2);
}

TEST_CASE("the receiver's words stay foreign", "[integration][mllp_transport]") {
    auto receiver = python_receiver("AE101");
    const Outcome outcome = Gateway(settings_for(receiver.port())).send(message("a"));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.message == "receiver answered AE, error condition 101");
    CHECK(outcome.error().error.foreign == "condition");
}

TEST_CASE("nothing is sent to a receiver whose certificate does not verify",
          "[integration][mllp_transport]") {
    const std::string server = GENERATE("expired", "wrong_name", "stranger", "revoked", "client_only");
    CAPTURE(server);
    auto receiver = python_receiver("CA", {}, server);
    auto settings = settings_for(receiver.port());
    settings.tls.crl = "ca.crl";
    Gateway gateway(settings);
    const Outcome outcome = gateway.send(message("a"));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
    CHECK_FALSE(outcome.error().message_only);
    CHECK(outcome.error().error.message.find("certificate") != std::string::npos);
    receiver.end();
    CHECK(receiver.received().empty());
}

// With TLS 1.2 the handshake fails. With TLS 1.3 the refusal comes after the first message was written, as an
// alert or, when the receiver resets at once, only as a lost connection.
TEST_CASE("a receiver that wants a certificate of ours takes no message without",
          "[integration][mllp_transport]") {
    const bool tls12 = GENERATE(true, false);
    CAPTURE(tls12);
    auto receiver =
        python_receiver("CA", tls12 ? std::vector<std::string>{"--tls12"} : std::vector<std::string>{});
    auto settings = settings_for(receiver.port());
    settings.tls.certificate.clear();
    settings.tls.key.clear();
    Gateway gateway(settings);
    const Outcome outcome = gateway.send(message("a"));
    REQUIRE_FALSE(outcome);
    const Error& error = outcome.error().error;
    CAPTURE(error.message);
    CHECK((error.kind == ErrorKind::unavailable || (!tls12 && error.kind == ErrorKind::ambiguous)));
    if (!tls12) CHECK(error.message.find("our certificate") != std::string::npos);
    receiver.end();
    CHECK(receiver.received().empty());
}

TEST_CASE("a renewed credential serves from the next connect on", "[integration][mllp_transport]") {
    auto receiver = python_receiver("CA");
    const support::ScratchFolder credentials;
    for (const std::string name : {"gateway.pem", "gateway.key"}) {
        std::filesystem::copy_file(certificates() / name, credentials / name);
    }
    std::filesystem::copy_file(certificates() / "stranger_ca.pem", credentials / "ca.pem");
    Gateway gateway(settings_for(receiver.port()), credentials.path());
    const Outcome before = gateway.send(message("a"));
    REQUIRE_FALSE(before);
    CHECK(before.error().error.kind == ErrorKind::unavailable);
    std::filesystem::copy_file(certificates() / "ca.pem", credentials / "ca.pem",
                               std::filesystem::copy_options::overwrite_existing);
    CHECK(gateway.send(message("a")));
}

TEST_CASE("a receiver that is not there is unavailable and found when it comes",
          "[integration][mllp_transport]") {
    const std::uint16_t port = free_port();
    Gateway gateway(settings_for(port));
    const Outcome outcome = gateway.send(message("a"));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
    CHECK(outcome.error().error.message.find("refused") != std::string::npos);
    auto receiver = python_receiver("CA", {"--port", std::to_string(port)});
    CHECK(gateway.send(message("a")));
}

TEST_CASE("as many messages are under way as there are connections", "[integration][mllp_transport]") {
    auto receiver = python_receiver("CA", {"--delay", "0.2"});
    auto settings = settings_for(receiver.port());
    settings.connections = 4;
    Gateway gateway(settings);
    REQUIRE(gateway.transport().concurrency() == 4);
    for (int n = 0; n < 5; ++n)
        gateway.begin(message("m" + std::to_string(n)));
    const auto outcomes = gateway.finish();
    for (std::size_t n = 0; n < 4; ++n)
        CHECK(outcomes[n]);
    REQUIRE_FALSE(outcomes[4]);
    CHECK(outcomes[4].error().error.kind == ErrorKind::unavailable);
    CHECK(connections_of(receiver) == 4);
}

TEST_CASE("several messages are in flight on one connection, answered in their order",
          "[integration][mllp_transport]") {
    auto receiver = python_receiver("CA,AE101,CA");
    auto settings = settings_for(receiver.port());
    settings.connections = 2;
    settings.in_flight = 8;
    Gateway gateway(settings);
    REQUIRE(gateway.transport().concurrency() == 16);
    std::vector<std::string> ids;
    for (int n = 0; n < 16; ++n)
        gateway.begin(message(ids.emplace_back("m" + std::to_string(n))));
    std::size_t refused = 0;
    for (const auto& outcome : gateway.finish()) {
        if (outcome) continue;
        ++refused;
        CHECK(outcome.error().error.kind == ErrorKind::rejected);
    }
    CHECK(refused == 1);
    const auto received = ids_of(receiver);
    CHECK(std::set(received.begin(), received.end()) == std::set(ids.begin(), ids.end()));
    CHECK(received.size() == 16);
    CHECK(connections_of(receiver) == 2);
}

TEST_CASE("an answer to another message ends all that is in flight on its connection",
          "[integration][mllp_transport]") {
    auto receiver = python_receiver("CA,wrong-id,CA");
    auto settings = settings_for(receiver.port());
    settings.in_flight = 4;
    Gateway gateway(settings);
    for (int n = 0; n < 4; ++n)
        gateway.begin(message("m" + std::to_string(n)));
    const auto outcomes = gateway.finish();
    CHECK(outcomes[0]);
    for (std::size_t n = 1; n < 4; ++n) {
        // Those behind may have been answered together with it.
        if (n > 1 && outcomes[n]) continue;
        REQUIRE_FALSE(outcomes[n]);
        CHECK(outcomes[n].error().error.kind == ErrorKind::ambiguous);
    }
    CHECK(gateway.send(message("after")));
    CHECK(connections_of(receiver) == 2);
}

TEST_CASE("sends that wait for the same connection share its failure", "[mllp_transport]") {
    auto settings = settings_for(free_port());
    settings.in_flight = 4;
    Gateway gateway(settings);
    for (int n = 0; n < 4; ++n)
        gateway.begin(message("m" + std::to_string(n)));
    for (const auto& outcome : gateway.finish()) {
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().error.kind == ErrorKind::unavailable);
        CHECK(outcome.error().error.message.find("refused") != std::string::npos);
    }
}

TEST_CASE("without keeping connections open each message has its own", "[integration][mllp_transport]") {
    auto receiver = python_receiver("CA");
    auto settings = settings_for(receiver.port());
    settings.keep_open = false;
    Gateway gateway(settings);
    for (const std::string id : {"a", "b"})
        CHECK(gateway.send(message(id)));
    CHECK(connections_of(receiver) == 2);
}

TEST_CASE("the rate limit holds over all connections", "[integration][mllp_transport]") {
    auto receiver = python_receiver("CA");
    auto settings = settings_for(receiver.port());
    settings.rate_limit = 10;
    settings.connections = 3;
    Gateway gateway(settings);
    const auto start = std::chrono::steady_clock::now();
    for (int n = 0; n < 5; ++n) {
        for (int m = 0; m < 3; ++m)
            gateway.begin(message(std::to_string(n) + "-" + std::to_string(m)));
        for (const auto& outcome : gateway.finish())
            CHECK(outcome);
    }
    // Ten at once, the other five a tenth of a second apart.
    CHECK(std::chrono::steady_clock::now() - start >= milliseconds(500));
}

TEST_CASE("closing ends a send that waits for its answer", "[integration][mllp_transport]") {
    auto receiver = python_receiver("silence");
    Gateway gateway(settings_for(receiver.port()));
    gateway.begin(message("a"));
    boost::asio::steady_timer poll(gateway.io());
    const std::function<void()> close_once_received = [&] {
        if (!receiver.received().empty()) return gateway.transport().close();
        poll.expires_after(milliseconds(10));
        poll.async_wait([&](const boost::system::error_code&) { close_once_received(); });
    };
    close_once_received();
    const auto start = std::chrono::steady_clock::now();
    const auto outcomes = gateway.finish();
    CHECK(std::chrono::steady_clock::now() - start < seconds(9));
    REQUIRE_FALSE(outcomes[0]);
    CHECK(outcomes[0].error().error.kind == ErrorKind::ambiguous);
    const Outcome after = gateway.send(message("b"));
    REQUIRE_FALSE(after);
    CHECK(after.error().error.kind == ErrorKind::unavailable);
}

TEST_CASE("closing ends a send that is still connecting", "[mllp_transport]") {
    boost::asio::io_context elsewhere;
    // Takes connections into its backlog and never speaks.
    const boost::asio::ip::tcp::acceptor mute(elsewhere, {boost::asio::ip::address_v4::loopback(), 0});
    auto settings = settings_for(mute.local_endpoint().port());
    settings.connect_timeout = seconds(2);
    Gateway gateway(settings);
    gateway.begin(message("a"));
    boost::asio::steady_timer soon(gateway.io(), milliseconds(50));
    soon.async_wait([&](const boost::system::error_code&) { gateway.transport().close(); });
    const auto outcomes = gateway.finish();
    REQUIRE_FALSE(outcomes[0]);
    CHECK(outcomes[0].error().error.kind == ErrorKind::unavailable);
}

TEST_CASE("a peer that never finishes the handshake is unavailable", "[mllp_transport]") {
    boost::asio::io_context elsewhere;
    const boost::asio::ip::tcp::acceptor mute(elsewhere, {boost::asio::ip::address_v4::loopback(), 0});
    auto settings = settings_for(mute.local_endpoint().port());
    settings.connect_timeout = milliseconds(200);
    const Outcome outcome = Gateway(settings).send(message("a"));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
}

TEST_CASE("a message MLLP cannot carry or that is too long is rejected unsent", "[mllp_transport]") {
    auto settings = settings_for(free_port());
    settings.max_message_size = 1024;
    Gateway gateway(settings);
    for (const std::string& body : {std::string(), std::string("MSH|\x1C"), std::string(1025, 'x')}) {
        const Outcome outcome = gateway.send({body, "a"});
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().error.kind == ErrorKind::rejected);
        CHECK(outcome.error().message_only);
    }
}

TEST_CASE("plaintext is for this machine only", "[mllp_transport]") {
    const std::string host = GENERATE("10.0.0.7", "kis.example", "::2", "0.0.0.0");
    boost::asio::io_context io;
    auto settings = settings_for(2575);
    settings.host = host;
    settings.plaintext_loopback = true;
    const auto opened = open_mllp_transport(settings, config::Credentials(), io.get_executor());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
}

TEST_CASE("plaintext to this machine works where it is asked for", "[integration][mllp_transport]") {
    auto receiver = python_receiver("CA", {"--plain"});
    auto settings = settings_for(receiver.port());
    settings.plaintext_loopback = true;
    Gateway gateway(settings);
    for (const std::string id : {"a", "b"})
        CHECK(gateway.send(message(id)));
    CHECK(connections_of(receiver) == 1);
}

TEST_CASE("without its credentials the transport does not open", "[mllp_transport]") {
    boost::asio::io_context io;
    auto settings = settings_for(2575);
    settings.tls.key = "absent.key";
    const auto opened = open_mllp_transport(settings, config::Credentials(certificates()), io.get_executor());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
    CHECK(opened.error().message.find("absent.key") != std::string::npos);
}

// node-hl7-server 2.5 keeps the first message of a connection in its buffer and answers it again with the
// second, so it needs a connection per message.
TEST_CASE("node receivers acknowledge our messages over mutual TLS", "[integration][mllp_transport]") {
    const bool medplum = GENERATE(true, false);
    const std::string script = medplum ? "hl7_medplum_server.mjs" : "hl7_node_server.mjs";
    CAPTURE(script);
    const support::ScratchFolder folder;
    support::Program install({EDGEWARD_SOURCE_DIR "/tests/peers/install"}, folder / "install.log");
    REQUIRE(install.wait() == 0);
    Receiver receiver({"node", std::string(EDGEWARD_SOURCE_DIR "/tests/peers/") + script});
    auto settings = settings_for(receiver.port());
    settings.keep_open = medplum;
    Gateway gateway(settings);
    for (const std::string id : {"a", "b", "c"}) {
        const Outcome outcome = gateway.send(message(id));
        CAPTURE(id, outcome ? "" : outcome.error().error.message);
        CHECK(outcome);
    }
    CHECK(ids_of(receiver) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("an acknowledgement of an earlier message is never taken for this one",
          "[integration][mllp_transport]") {
    const support::ScratchFolder folder;
    support::Program install({EDGEWARD_SOURCE_DIR "/tests/peers/install"}, folder / "install.log");
    REQUIRE(install.wait() == 0);
    Receiver receiver({"node", EDGEWARD_SOURCE_DIR "/tests/peers/hl7_node_server.mjs"});
    Gateway gateway(settings_for(receiver.port()));
    CHECK(gateway.send(message("a")));
    const Outcome second = gateway.send(message("b"));
    REQUIRE_FALSE(second);
    CHECK(second.error().error.kind == ErrorKind::ambiguous);
    CHECK(gateway.send(message("b")));
}
