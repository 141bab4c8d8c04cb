#include <edgeward/net/tls.hpp>

#include <openssl/ssl.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/net/connect.hpp>

#include "tls_peer.hpp"

using namespace edgeward;
using namespace edgeward::net;

namespace {

const TlsSettings server_settings{"ca.pem", "hospital.pem", "hospital.key", "ca.crl", ""};

struct Handshake {
    bool good = false;
    Error error{};
    bool resumed = false;
};

// One handshake of ours as server with `openssl s_client`.
Handshake serve_one(bool require_client, std::vector<std::string> more,
                    const TlsSettings& settings = server_settings) {
    const auto context = server_context(settings, credentials(), require_client);
    REQUIRE(context);
    boost::asio::io_context io;
    using boost::asio::ip::tcp;
    tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
    const ScratchFolder folder;
    std::vector<std::string> command{
        "openssl",  "s_client",
        "-connect", "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()),
        "-CAfile",  certificate_file("ca.pem")};
    command.insert(command.end(), more.begin(), more.end());
    const Program client(command, folder / "client");
    TlsStream stream(io, **context);
    acceptor.accept(stream.lowest_layer());
    boost::system::error_code error;
    stream.handshake(boost::asio::ssl::stream_base::server, error);
    Handshake handshake{!error, error ? tls_failure(stream, error) : Error{}};
    handshake.resumed = !error && SSL_session_reused(stream.native_handle()) == 1;
    return handshake;
}

std::vector<std::string> identity(const std::string& name) {
    return {"-cert", certificate_file(name + ".pem"), "-key", certificate_file(name + ".key")};
}

std::string problems_of(const std::string& toml) {
    auto document = config::Document::parse(toml, "x.toml");
    (void)read_tls_settings(document.root().table("tls"));
    document.refuse_unread_keys();
    std::string all;
    for (const auto& problem : document.problems())
        all += problem.to_string() + '\n';
    return all;
}

}  // namespace

TEST_CASE("a server lets in the clients of its authority", "[integration][tls]") {
    REQUIRE(serve_one(true, identity("gateway")).good);
}

TEST_CASE("a server refuses other clients with the reason", "[integration][tls]") {
    struct Case {
        const char* identity;
        const char* reason;
    };
    const auto row = GENERATE(values<Case>({{"expired", "certificate has expired"},
                                            {"future", "certificate is not yet valid"},
                                            {"revoked", "certificate revoked"},
                                            {"stranger", "unable to get local issuer certificate"}}));
    CAPTURE(row.identity);
    const auto handshake = serve_one(true, identity(row.identity));
    REQUIRE_FALSE(handshake.good);
    REQUIRE(handshake.error.kind == ErrorKind::denied);
    REQUIRE(handshake.error.message.find(row.reason) != std::string::npos);
}

TEST_CASE("a server that requires a client certificate refuses clients without", "[integration][tls]") {
    const auto handshake = serve_one(true, {});
    REQUIRE_FALSE(handshake.good);
    REQUIRE(handshake.error.kind == ErrorKind::denied);
    REQUIRE(serve_one(false, {}).good);
}

TEST_CASE("a server refuses what is not recommended", "[integration][tls]") {
    const auto offer = GENERATE(values<std::vector<std::string>>({
        {"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"},
        {"-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"},
        {"-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"},
        {"-tls1_3", "-groups", "X25519"},
        {"-tls1_2", "-groups", "X25519"},
    }));
    CAPTURE(offer);
    const auto handshake = serve_one(false, offer);
    REQUIRE_FALSE(handshake.good);
    REQUIRE(handshake.error.kind == ErrorKind::denied);
}

TEST_CASE("a context never resumes and never renegotiates and never compresses", "[tls]") {
    const auto context = server_context(server_settings, credentials(), true);
    REQUIRE(context);
    SSL_CTX* const handle = (*context)->native_handle();
    const auto options = SSL_CTX_get_options(handle);
    REQUIRE((options & SSL_OP_NO_RENEGOTIATION) != 0);
    REQUIRE((options & SSL_OP_NO_COMPRESSION) != 0);
    REQUIRE((options & SSL_OP_NO_TICKET) != 0);
    REQUIRE(SSL_CTX_get_num_tickets(handle) == 0);
    REQUIRE(SSL_CTX_get_session_cache_mode(handle) == SSL_SESS_CACHE_OFF);
    REQUIRE(SSL_CTX_get_min_proto_version(handle) == TLS1_2_VERSION);
    REQUIRE((SSL_CTX_get_verify_mode(handle) & SSL_VERIFY_FAIL_IF_NO_PEER_CERT) != 0);
}

TEST_CASE("unusable credentials are named and their content is not", "[tls]") {
    struct Case {
        TlsSettings settings;
        const char* named;
    };
    std::ofstream(certificates() / "broken.pem")
        << "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n";
    std::ofstream(certificates() / "empty.pem") << "secret\n";
    for (const char* file : {"broken.pem", "empty.pem"})
        std::filesystem::permissions(certificates() / file, std::filesystem::perms::owner_read);
    const auto row = GENERATE(values<Case>({{{"", "", "", "", ""}, "tls.ca"},
                                            {{"absent.pem", "", "", "", ""}, "absent.pem"},
                                            {{"broken.pem", "", "", "", ""}, "broken.pem"},
                                            {{"empty.pem", "", "", "", ""}, "empty.pem"},
                                            {{"ca.pem", "empty.pem", "gateway.key", "", ""}, "empty.pem"},
                                            {{"ca.pem", "gateway.pem", "broker.key", "", ""}, "broker.key"},
                                            {{"ca.pem", "gateway.pem", "gateway.pem", "", ""}, "gateway.pem"},
                                            {{"ca.pem", "gateway.pem", "weak.key", "", ""}, "weak.key"},
                                            {{"ca.pem", "", "", "ca.pem", ""}, "ca.pem"},
                                            {{"ca.pem", "", "", "broken.pem", ""}, "broken.pem"}}));
    CAPTURE(row.named);
    const auto context = client_context(row.settings, credentials());
    REQUIRE_FALSE(context);
    REQUIRE(context.error().kind == ErrorKind::misconfigured);
    REQUIRE(context.error().message.find(row.named) != std::string::npos);
    REQUIRE(context.error().message.find("secret") == std::string::npos);
}

TEST_CASE("a server needs a certificate of its own", "[tls]") {
    REQUIRE_FALSE(server_context({"ca.pem", "", "", "", ""}, credentials(), true));
    REQUIRE_FALSE(server_context({"", "hospital.pem", "hospital.key", "", ""}, credentials(), true));
    REQUIRE(server_context({"", "hospital.pem", "hospital.key", "", ""}, credentials(), false));
}

TEST_CASE("the remaining life of a certificate is told", "[tls]") {
    constexpr double day = 86400;
    const auto alive = seconds_until_expiry("broker.pem", credentials());
    REQUIRE(alive);
    REQUIRE(*alive > 29 * day);
    REQUIRE(*alive <= 30 * day);
    const auto expired = seconds_until_expiry("expired.pem", credentials());
    REQUIRE(expired);
    REQUIRE(*expired < 0);
    REQUIRE_FALSE(seconds_until_expiry("broker.key", credentials()));
}

TEST_CASE("the settings of TLS are read with their mistakes", "[tls]") {
    REQUIRE(
        problems_of("[tls]\nca = \"a\"\ncertificate = \"b\"\nkey = \"c\"\ncrl = \"d\"\nserver_name = \"e\"\n"
                    "allow_pkcs1_signatures = true\nallow_rsa_2048 = true\n")
            .empty());
    REQUIRE(problems_of("[tls]\nca = \"a\"\ncertificate = \"b\"\n").find("together") != std::string::npos);
    REQUIRE(problems_of("[tls]\ncrl = \"a\"\n").find("expected ca as well") != std::string::npos);
}
