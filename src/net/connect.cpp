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

// Ends what is under way when time is up. Lives in the coroutine's frame, because that may be left at any
// co_await: a coroutine that was cancelled throws at its next one. Only the state is shared with the timer's
// handler, which may already be queued by then.
class Watch {
public:
    Watch(TlsStream& stream, std::chrono::milliseconds patience)
        : resolver(stream.get_executor()),
          state_(std::make_shared<State>()),
          timer_(stream.get_executor(), patience) {
        state_->stream = &stream;
        state_->resolver = &resolver;
        timer_.async_wait([state = state_](const error_code& error) {
            if (error || state->stream == nullptr) return;
            state->expired = true;
            state->resolver->cancel();
            error_code ignored;
            state->stream->lowest_layer().close(ignored);  // NOLINT(bugprone-unused-return-value)
        });
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { state_->stream = nullptr; }

    [[nodiscard]] bool expired() const noexcept { return state_->expired; }

    tcp::resolver resolver;

private:
    struct State {
        TlsStream* stream = nullptr;  // null: nothing is watched any more
        tcp::resolver* resolver = nullptr;
        bool expired = false;
    };
    std::shared_ptr<State> state_;
    asio::steady_timer timer_;
};

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
    Error made{ErrorKind::unavailable, watch.expired() ? "no answer in time" : error.message()};
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
        auto reason = failure(ErrorKind::misconfigured, "the server's name is not usable for TLS");
        co_return reason;
    }
    Watch watch(*stream, patience);

    error_code error;
    const std::string service = std::to_string(port);
    auto resolving =
        watch.resolver.async_resolve(host, service, asio::redirect_error(asio::use_awaitable, error));
    const auto resolved = co_await std::move(resolving);
    if (!error && watch.expired()) error = asio::error::timed_out;
    if (error) {
        auto reason = failure(unreachable(watch, "resolve", error));
        co_return reason;
    }
    auto connecting = asio::async_connect(stream->lowest_layer(), resolved,
                                          asio::redirect_error(asio::use_awaitable, error));
    co_await std::move(connecting);
    if (error || watch.expired()) {
        auto reason = failure(unreachable(watch, "connect", error));
        co_return reason;
    }
    error_code ignored;
    stream->lowest_layer().set_option(tcp::no_delay(true), ignored);  // NOLINT(bugprone-unused-return-value)
    auto shaking = stream->async_handshake(asio::ssl::stream_base::client,
                                           asio::redirect_error(asio::use_awaitable, error));
    co_await std::move(shaking);
    if (error || watch.expired()) {
        auto reason = failure(watch.expired() ? unreachable(watch, "TLS handshake", error)
                                              : tls_failure(*stream, error));
        co_return reason;
    }
    co_return stream;
}

}  // namespace edgeward::net
