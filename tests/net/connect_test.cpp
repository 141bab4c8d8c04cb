#include <edgeward/net/connect.hpp>

#include <openssl/ssl.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <edgeward/net/tls.hpp>

#include "tls_peer.hpp"

using namespace edgeward;
using namespace edgeward::net;

namespace {

const TlsSettings client_settings{"ca.pem", "gateway.pem", "gateway.key", "ca.crl", ""};

struct Connected {
    std::unique_ptr<boost::asio::io_context> io = std::make_unique<boost::asio::io_context>();
    Result<std::unique_ptr<TlsStream>> stream = failure(ErrorKind::unavailable, "not tried");
};

Connected connect(const TlsSettings& settings, std::uint16_t port, const std::string& host = "localhost",
                  std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    Connected connected;
    const auto context = client_context(settings, credentials());
    REQUIRE(context);
    auto future = boost::asio::co_spawn(*connected.io,
                                        connect_tls(*context, host, port, settings.server_name, patience),
                                        boost::asio::use_future);
    connected.io->run();
    connected.stream = future.get();
    return connected;
}

}  // namespace

TEST_CASE("a good server is accepted with TLS 1.2 and 1.3 and a recommended group",
          "[integration][connect]") {
    struct Case {
        const char* version;
        const char* name;
    };
    const auto row = GENERATE(values<Case>({{"-tls1_2", "TLSv1.2"}, {"-tls1_3", "TLSv1.3"}}));
    const Server server("broker", {row.version, "-CAfile", certificate_file("ca.pem"), "-Verify", "1",
                                   "-verify_return_error"});
    const auto connected = connect(client_settings, server.port());
    REQUIRE(connected.stream);
    SSL* session = (*connected.stream)->native_handle();
    REQUIRE(std::string(SSL_get_version(session)) == row.name);
    REQUIRE(std::string(SSL_get_cipher_name(session)).find("AES") != std::string::npos);
    REQUIRE(std::string(SSL_get_cipher_name(session)).find("GCM") != std::string::npos);
    EVP_PKEY* exchanged = nullptr;
    REQUIRE(SSL_get_peer_tmp_key(session, &exchanged) == 1);
    REQUIRE(EVP_PKEY_get_base_id(exchanged) == EVP_PKEY_EC);
    EVP_PKEY_free(exchanged);
}

TEST_CASE("an address is checked like a name", "[integration][connect]") {
    const Server server("broker", {});
    TlsSettings settings = client_settings;
    settings.server_name = "127.0.0.1";
    REQUIRE(connect(settings, server.port()).stream);
    const Server other("wrong_name", {});
    const auto refused = connect(settings, other.port());
    REQUIRE_FALSE(refused.stream);
    REQUIRE(refused.stream.error().message.find("IP address mismatch") != std::string::npos);
}

TEST_CASE("another name can be expected of the server", "[integration][connect]") {
    const Server server("wrong_name", {});
    TlsSettings settings = client_settings;
    settings.server_name = "another.example";
    REQUIRE(connect(settings, server.port()).stream);
}

// The texts are those of OpenSSL's X509_verify_cert_error_string.
TEST_CASE("a server whose certificate does not verify is denied with the reason", "[integration][connect]") {
    struct Case {
        const char* identity;
        const char* reason;
    };
    const auto row = GENERATE(values<Case>({{"expired", "certificate has expired"},
                                            {"future", "certificate is not yet valid"},
                                            {"revoked", "certificate revoked"},
                                            {"wrong_name", "hostname mismatch"},
                                            {"stranger", "unable to get local issuer certificate"},
                                            {"client_only", "unsuitable certificate purpose"},
                                            {"weak", "EE certificate key too weak"}}));
    CAPTURE(row.identity);
    const Server server(row.identity, {});
    const auto refused = connect(client_settings, server.port());
    REQUIRE_FALSE(refused.stream);
    CAPTURE(refused.stream.error().message);
    REQUIRE(refused.stream.error().kind == ErrorKind::denied);
    REQUIRE(refused.stream.error().message.find(row.reason) != std::string::npos);
}

TEST_CASE("without the list of its authority a certificate is refused", "[integration][connect]") {
    const Server server("broker", {});
    TlsSettings settings = client_settings;
    settings.crl = "stranger_ca.crl";
    const auto refused = connect(settings, server.port());
    REQUIRE_FALSE(refused.stream);
    REQUIRE(refused.stream.error().message.find("unable to get certificate CRL") != std::string::npos);
}

TEST_CASE("without revocation lists a revoked certificate passes", "[integration][connect]") {
    const Server server("revoked", {});
    TlsSettings settings = client_settings;
    settings.crl.clear();
    REQUIRE(connect(settings, server.port()).stream);
}

TEST_CASE("certificates signed RSA PKCS#1 pass only where allowed and those signed PSS pass",
          "[integration][connect]") {
    TlsSettings settings = client_settings;
    settings.crl.clear();
    settings.ca = "pkcs1_ca.pem";
    {
        const Server server("pkcs1", {});
        const auto refused = connect(settings, server.port());
        REQUIRE_FALSE(refused.stream);
        REQUIRE(refused.stream.error().kind == ErrorKind::denied);
        REQUIRE(refused.stream.error().message.find("allow_pkcs1_signatures") != std::string::npos);
    }
    settings.allow_pkcs1_signatures = true;
    {
        const Server server("pkcs1", {});
        REQUIRE(connect(settings, server.port()).stream);
    }
    settings.allow_pkcs1_signatures = false;
    settings.ca = "pss_ca.pem";
    const Server server("pss", {});
    REQUIRE(connect(settings, server.port()).stream);
}

TEST_CASE("a short RSA key passes only where allowed", "[integration][connect]") {
    TlsSettings settings = client_settings;
    settings.allow_rsa_2048 = true;
    const Server server("weak", {});
    REQUIRE(connect(settings, server.port()).stream);
}

TEST_CASE("a server that offers only what is not recommended is denied", "[integration][connect]") {
    const auto offer = GENERATE(values<std::vector<std::string>>({
        {"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"},
        {"-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"},
        {"-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"},
        {"-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384"},
        {"-tls1_3", "-groups", "X25519"},
        {"-tls1_2", "-groups", "X25519"},
    }));
    CAPTURE(offer);
    const Server server("broker", offer);
    const auto refused = connect(client_settings, server.port());
    REQUIRE_FALSE(refused.stream);
    CAPTURE(refused.stream.error().message);
    REQUIRE(refused.stream.error().kind == ErrorKind::denied);
    REQUIRE(refused.stream.error().message.find("TLS: ") == 0);
}

TEST_CASE("nobody there is unavailable", "[integration][connect]") {
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
    const std::uint16_t port = silent.local_endpoint().port();
    const auto unanswered = connect(client_settings, port, "127.0.0.1", std::chrono::milliseconds(200));
    REQUIRE_FALSE(unanswered.stream);
    REQUIRE(unanswered.stream.error().kind == ErrorKind::unavailable);
    REQUIRE(unanswered.stream.error().message.find("no answer in time") != std::string::npos);
    silent.close();
    const auto refused = connect(client_settings, port, "127.0.0.1");
    REQUIRE_FALSE(refused.stream);
    REQUIRE(refused.stream.error().kind == ErrorKind::unavailable);
}

TEST_CASE("a connect that is cancelled while the name is looked up leaves nothing behind", "[connect]") {
    boost::asio::io_context io;
    boost::asio::cancellation_signal give_up;
    const auto context = client_context(client_settings, credentials());
    REQUIRE(context);
    // Takes connections and never answers: whatever the cancellation meets, nothing else ends it in time.
    const boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
    bool ended_without_stream = false;
    auto connecting = connect_tls(*context, "localhost", silent.local_endpoint().port(), "localhost",
                                  std::chrono::seconds(60));
    boost::asio::co_spawn(io, std::move(connecting),
                          boost::asio::bind_cancellation_slot(
                              give_up.slot(), [&](const std::exception_ptr& failed,
                                                  const Result<std::unique_ptr<TlsStream>>& stream) {
                                  ended_without_stream = failed != nullptr || !stream;
                              }));
    io.run_one();  // up to the look-up, which runs on Asio's own thread
    give_up.emit(boost::asio::cancellation_type::terminal);
    io.run_for(std::chrono::seconds(30));
    REQUIRE(ended_without_stream);
    REQUIRE(io.stopped());  // no timer is left that would close the stream that is gone
}
