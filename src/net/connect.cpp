#include <edgeward/net/connect.hpp>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <string_view>
#include <utility>

namespace edgeward::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Ends what is under way when time is up. Shared with the timer's handler, which may already be queued when
// the coroutine has moved on.
struct Watch {
    explicit Watch(const asio::any_io_executor& executor) : timer(executor), resolver(executor) {}
    asio::steady_timer timer;
    tcp::resolver resolver;
    TlsStream* stream = nullptr;
    bool expired = false;
};

void start_watch(const std::shared_ptr<Watch>& watch, std::chrono::milliseconds patience) {
    watch->timer.expires_after(patience);
    watch->timer.async_wait([watch](const error_code& error) {
        if (error || watch->stream == nullptr) return;
        watch->expired = true;
        watch->resolver.cancel();
        error_code ignored;
        watch->stream->lowest_layer().close(ignored);  // NOLINT(bugprone-unused-return-value)
    });
}

bool is_address(const std::string& name) {
    error_code error;
    asio::ip::make_address(name, error);
    return !error;
}

// The name the certificate must carry, as subject alternative name (RFC 9525 §6.3: the common name does not
// count).
bool expect_name(SSL* session, std::string name) {
    X509_VERIFY_PARAM* expected = SSL_get0_param(session);
    X509_VERIFY_PARAM_set_hostflags(
        expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (is_address(name)) return X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str()) == 1;
    return X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size()) == 1 &&
           SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

Error unreachable(const Watch& watch, std::string_view activity, const error_code& error) {
    Error made{ErrorKind::unavailable, watch.expired ? "no answer in time" : error.message()};
    return std::move(made).during(activity);
}

}  // namespace

Error tls_failure(TlsStream& stream, const error_code& error) {
    const long verdict = SSL_get_verify_result(stream.native_handle());
    if (verdict == X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM) {
        return {ErrorKind::denied,
                "the peer's certificate is signed RSA PKCS#1 v1.5 (tls.allow_pkcs1_signatures)"};
    }
    if (verdict != X509_V_OK) {
        return {ErrorKind::denied,
                std::string("the peer's certificate: ") + X509_verify_cert_error_string(verdict)};
    }
    // Alerts and broken rules of the protocol: no common version, cipher or group, or the peer refuses us.
    if (error.category() == asio::error::get_ssl_category()) {
        return {ErrorKind::denied, "TLS: " + error.message()};
    }
    return {ErrorKind::unavailable, "TLS: " + error.message()};
}

asio::awaitable<Result<std::unique_ptr<TlsStream>>> connect_tls(std::shared_ptr<asio::ssl::context> context,
                                                                std::string host, std::uint16_t port,
                                                                std::string server_name,
                                                                std::chrono::milliseconds patience) {
    const auto executor = co_await asio::this_coro::executor;
    auto stream = std::make_unique<TlsStream>(executor, *context);
    if (!expect_name(stream->native_handle(), server_name.empty() ? host : server_name)) {
        co_return failure(ErrorKind::misconfigured, "the server's name is not usable for TLS");
    }
    const auto watch = std::make_shared<Watch>(executor);
    watch->stream = stream.get();
    start_watch(watch, patience);

    error_code error;
    const auto resolved = co_await watch->resolver.async_resolve(
        host, std::to_string(port), asio::redirect_error(asio::use_awaitable, error));
    if (!error && watch->expired) error = asio::error::timed_out;
    if (error) {
        watch->stream = nullptr;
        watch->timer.cancel();
        co_return failure(unreachable(*watch, "resolve", error));
    }
    co_await asio::async_connect(stream->lowest_layer(), resolved,
                                 asio::redirect_error(asio::use_awaitable, error));
    if (error || watch->expired) {
        watch->stream = nullptr;
        watch->timer.cancel();
        co_return failure(unreachable(*watch, "connect", error));
    }
    error_code ignored;
    stream->lowest_layer().set_option(tcp::no_delay(true), ignored);  // NOLINT(bugprone-unused-return-value)
    co_await stream->async_handshake(asio::ssl::stream_base::client,
                                     asio::redirect_error(asio::use_awaitable, error));
    watch->stream = nullptr;
    watch->timer.cancel();
    if (watch->expired) co_return failure(unreachable(*watch, "TLS handshake", error));
    if (error) co_return failure(tls_failure(*stream, error));
    co_return stream;
}

}  // namespace edgeward::net
