#include <edgeward/transport/stow_transport.hpp>

#include <catch2/catch_test_macros.hpp>

#include "canned_server.hpp"
#include "dicom/part10.hpp"
#include "support/certificates.hpp"
#include "support/program.hpp"

using namespace edgeward;
using namespace edgeward::transport;

namespace {

constexpr const char* last_chunk = "\r\n0\r\n\r\n";

StowSettings settings_for(const canned::CannedServer& server) {
    StowSettings settings;
    settings.url = "http://127.0.0.1:" + std::to_string(server.endpoint().url.port) + "/dicom-web";
    settings.plaintext_loopback = true;
    settings.response_timeout = std::chrono::seconds(5);
    return settings;
}

OutboundMessage message_of(const std::string& name) {
    OutboundMessage message;
    message.objects.push_back(std::make_shared<dicom::Object>(dicom::read_object(name)));
    message.identifier = message.objects.front()->header().sop_instance;
    return message;
}

// A transport that is closed when its messages are through.
struct Client {
    explicit Client(const StowSettings& settings,
                    const config::Credentials& credentials = config::Credentials())
        : transport(*open_stow_transport(settings, credentials, io.get_executor(), system_clock(),
                                         system_random())) {}
    Outcome send(OutboundMessage message) {
        std::optional<Outcome> outcome;
        boost::asio::co_spawn(io, transport->send(std::move(message)), [&](std::exception_ptr, Outcome made) {
            outcome.emplace(std::move(made));
            transport->close();
        });
        io.run();
        REQUIRE(outcome);
        return *std::move(outcome);
    }
    boost::asio::io_context io;
    std::unique_ptr<Transport> transport;
};

std::string answer(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status +
           "\r\nContent-Type: application/dicom+json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

std::string stored(const OutboundMessage& message) {
    return answer("200 OK", R"({"00081199":{"vr":"SQ","Value":[{"00081155":{"vr":"UI","Value":[")" +
                                message.identifier + R"("]}}]}})");
}

// A key of the client for a token endpoint (RFC 7518 section 3.4: ES384).
struct ClientKey {
    ClientKey() {
        const auto key = folder / "stow.key";
        REQUIRE(support::Program({"openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                                  "ec_paramgen_curve:P-384", "-out", key.string()},
                                 folder / "said")
                    .wait() == 0);
        std::filesystem::permissions(key, std::filesystem::perms::owner_read);
        std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
    }
    support::ScratchFolder folder;
};

}  // namespace

// PS3.18 section 10.5.1.
TEST_CASE("an object is posted to the studies of the server", "[stow_transport]") {
    auto message = message_of("CT_small.dcm");
    canned::CannedServer server({stored(message)}, last_chunk);
    CHECK(Client(settings_for(server)).send(std::move(message)));
    const std::string request = server.requests().at(0);
    CHECK(request.starts_with("POST /dicom-web/studies HTTP/1.1\r\n"));
    CHECK(request.find("\r\nAccept: application/dicom+json\r\n") != std::string::npos);
    CHECK(request.find("\r\nContent-Type: multipart/related; type=\"application/dicom\"; boundary=") !=
          std::string::npos);
    CHECK(request.find("\r\nContent-Type: application/dicom\r\n\r\n") != std::string::npos);
    CHECK(request.find("Authorization") == std::string::npos);
}

TEST_CASE("what the server says about the object is the outcome", "[stow_transport]") {
    auto message = message_of("CT_small.dcm");
    canned::CannedServer server(
        {answer("409 Conflict", R"({"00081198":{"vr":"SQ","Value":[{"00081155":{"vr":"UI","Value":[")" +
                                    message.identifier +
                                    R"("]},"00081197":{"vr":"US","Value":[42752]}}]}})")},
        last_chunk);
    const auto outcome = Client(settings_for(server)).send(std::move(message));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
    CHECK(outcome.error().error.message == "dicom_status_a700");
}

TEST_CASE("silence after an object leaves it open", "[stow_transport]") {
    canned::CannedServer server({""}, last_chunk);
    auto settings = settings_for(server);
    settings.response_timeout = std::chrono::milliseconds(200);
    const auto outcome = Client(settings).send(message_of("CT_small.dcm"));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::ambiguous);
}

TEST_CASE("a token that is refused is fetched anew once", "[stow_transport]") {
    auto message = message_of("CT_small.dcm");
    const auto token = [](const std::string& text) {
        return answer("200 OK",
                      R"({"access_token":")" + text + R"(","token_type":"bearer","expires_in":300})");
    };
    canned::CannedServer tokens({token("first"), token("second")}, "client_assertion=");
    canned::CannedServer server({answer("401 Unauthorized", ""), stored(message)}, last_chunk);
    const ClientKey key;
    auto settings = settings_for(server);
    settings.smart.emplace();
    settings.smart->token_endpoint =
        "http://127.0.0.1:" + std::to_string(tokens.endpoint().url.port) + "/token";
    settings.smart->client_id = "edgeward";
    settings.smart->key = "stow.key";
    settings.smart->key_id = "key-1";
    settings.smart->scope = "store";
    CHECK(Client(settings, config::Credentials(key.folder.path())).send(std::move(message)));
    REQUIRE(server.requests().size() == 2);
    CHECK(server.requests()[0].find("\r\nAuthorization: Bearer first\r\n") != std::string::npos);
    CHECK(server.requests()[1].find("\r\nAuthorization: Bearer second\r\n") != std::string::npos);
    CHECK(tokens.requests().at(0).find("scope=store") != std::string::npos);
}

TEST_CASE("what is no object is not posted", "[stow_transport]") {
    StowSettings settings;
    settings.url = "http://127.0.0.1:1";
    settings.plaintext_loopback = true;
    const auto outcome = Client(settings).send({"text", "1.2.3"});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::rejected);
}

TEST_CASE("a server that is away leaves the object waiting", "[stow_transport]") {
    StowSettings settings;
    settings.url = "http://127.0.0.1:1";
    settings.plaintext_loopback = true;
    const auto outcome = Client(settings).send(message_of("CT_small.dcm"));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().error.kind == ErrorKind::unavailable);
}

TEST_CASE("without its credentials no transport to a DICOMweb server is opened", "[stow_transport]") {
    boost::asio::io_context io;
    StowSettings settings;
    settings.url = "https://pacs.example";
    const auto opened = open_stow_transport(settings, config::Credentials("/nowhere"), io.get_executor(),
                                            system_clock(), system_random());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().kind == ErrorKind::misconfigured);
}
