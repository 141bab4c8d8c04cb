#include <array>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "http_session.hpp"
#include "page_answer.hpp"
#include "request_reader.hpp"

namespace edgeward::admin {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using beast::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// One read request, or the refusal to send before closing, or neither: the peer has gone.
struct Received {
    std::optional<HttpRequest> request;
    std::optional<HttpResponse> refusal;
    bool head = false;  // the answer goes without its body
    bool keep_alive = false;
    std::string known{};  // If-None-Match
};

struct Reply {
    Answer answer;
    bool head = false;
    bool keep_alive = false;
    bool https = false;
    const Page* page = nullptr;  // what is answered with; nothing: not a page
};

std::string cookie_of(const HttpResponse& response) {
    if (response.session_token.empty() && !response.ends_session) return {};
    return std::string(session_cookie) + "=" + response.session_token +
           "; Path=/; Secure; HttpOnly; SameSite=Strict" + (response.ends_session ? "; Max-Age=0" : "");
}

http::response<http::string_body> to_message(Reply&& reply) {
    http::response<http::string_body> message;
    message.version(11);
    message.result(reply.answer.response.status);
    message.set(http::field::content_type, reply.answer.response.content_type);
    message.set(http::field::cache_control, reply.page ? reply.page->cache_control : "no-store");
    if (reply.page) message.set(http::field::etag, reply.page->etag);
    message.set("X-Content-Type-Options", "nosniff");
    message.set("Content-Security-Policy", reply.page ? reply.page->content_security_policy
                                                      : "default-src 'none'; frame-ancestors 'none'");
    message.set("Referrer-Policy", "no-referrer");
    message.set("Cross-Origin-Resource-Policy", "same-origin");
    if (reply.https) message.set("Strict-Transport-Security", "max-age=31536000");
    if (const auto cookie = cookie_of(reply.answer.response); !cookie.empty())
        message.set(http::field::set_cookie, cookie);
    if (reply.answer.response.retry_after)
        message.set(http::field::retry_after, std::to_string(*reply.answer.response.retry_after));
    for (const auto& [name, value] : reply.answer.response.fields)
        message.set(name, value);
    if (!reply.answer.allow.empty()) message.set(http::field::allow, reply.answer.allow);
    message.keep_alive(reply.keep_alive);
    message.body() = std::move(reply.answer.response.body);
    message.prepare_payload();
    return message;
}

template <typename Stream>
asio::awaitable<bool> send(Stream& stream, Reply reply) {
    const bool head = reply.head;
    http::response<http::string_body> message = to_message(std::move(reply));
    http::response_serializer<http::string_body> serializer(message);
    error_code error;
    if (head) {
        std::tie(error, std::ignore) = co_await http::async_write_header(stream, serializer, as_result);
    } else {
        std::tie(error, std::ignore) = co_await http::async_write(stream, serializer, as_result);
    }
    co_return !error;
}

template <typename Stream, typename Parser>
asio::awaitable<error_code> read_body(Stream& stream, beast::flat_buffer& buffer, Parser& parser) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    error_code error;
    if (!parser.is_done() && parser.get().find(http::field::expect) != parser.get().end()) {
        std::tie(error, std::ignore) =
            co_await asio::async_write(stream, asio::buffer(go_on.data(), go_on.size()), as_result);
        if (error) co_return error;
    }
    std::tie(error, std::ignore) = co_await http::async_read(stream, buffer, parser, as_result);
    co_return error;
}

template <typename Stream>
asio::awaitable<Received> receive(Stream& stream, beast::flat_buffer& buffer, std::uint64_t max_body) {
    Received received;
    http::request_parser<http::string_body> parser;
    parser.header_limit(max_header_size);
    parser.body_limit(max_body);
    error_code error;
    std::tie(error, std::ignore) = co_await http::async_read_header(stream, buffer, parser, as_result);
    if (!error) {
        received.head = parser.get().method() == http::verb::head;
        received.refusal = objection_to(parser.get().base());
        if (received.refusal) co_return received;
        error = co_await read_body(stream, buffer, parser);
    }
    if (error) {
        received.refusal = objection_to(error);
        co_return received;
    }
    received.keep_alive = parser.get().keep_alive();
    const auto known = parser.get()[http::field::if_none_match];
    received.known.assign(known.data(), known.size());
    auto request = to_request(parser.release());
    if (request) {
        received.request = std::move(*request);
    } else {
        received.refusal = error_response(request.error());
    }
    co_return received;
}

// Lets a refused peer read its answer: closing a socket with unread octets would reset the connection and
// drop it.
template <typename Lowest>
asio::awaitable<void> linger(Lowest& lowest) {
    error_code error;
    lowest.socket().shutdown(asio::socket_base::shutdown_send, error);
    lowest.expires_after(std::chrono::seconds(1));
    std::array<char, 4096> sink{};
    while (!error) {
        std::tie(error, std::ignore) = co_await lowest.async_read_some(asio::buffer(sink), as_result);
    }
}

const Page* page_for(const Conversation& session, const HttpRequest& request) {
    if (session.entrance != Entrance::api || session.pages == nullptr || !request.repeated.empty())
        return nullptr;
    const auto found = session.pages->find(request.path);
    return found == session.pages->end() ? nullptr : &found->second;
}

// True when the conversation ended with an answer that the peer may still be reading.
template <typename Stream>
asio::awaitable<bool> converse(Stream& stream, const Conversation& session) {
    beast::flat_buffer buffer(std::size_t{2} * max_header_size);
    auto& lowest = beast::get_lowest_layer(stream);
    for (;;) {
        lowest.expires_after(session.request_timeout);
        Received received = co_await receive(stream, buffer, session.max_body);
        Reply reply;
        reply.head = received.head;
        reply.https = session.entrance != Entrance::control_socket;
        if (received.request) {
            reply.keep_alive = received.keep_alive;
            received.request->peer_uid = session.peer_uid;
            received.request->peer_groups = session.peer_groups;
            received.request->certificate_subject = session.certificate_subject;
            received.request->entrance = session.entrance;
            received.request->address = session.address;
            received.request->peer_certificate = session.peer_certificate;
            lowest.expires_never();
            reply.page = page_for(session, *received.request);
            if (reply.page != nullptr) {
                reply.answer = answer_with(*reply.page, received.request->method, received.known);
            } else {
                reply.answer = co_await session.dispatcher->answer(std::move(*received.request));
            }
        } else if (received.refusal) {
            reply.answer.response = std::move(*received.refusal);
        } else {
            co_return false;
        }
        const auto& response = reply.answer.response;
        if (session.refusals && response.status >= 400 && response.content_type == "application/json")
            reply.answer.response = session.refusals(response);
        const bool go_on = reply.keep_alive;
        lowest.expires_after(session.request_timeout);
        const bool sent = co_await send(stream, std::move(reply));
        if (!sent) co_return false;
        if (!go_on) co_return true;
    }
}

// The verified client certificate's subject in RFC 4514 form; empty without one.
std::string subject_of_peer(SSL* ssl) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl), &X509_free);
    if (certificate == nullptr || SSL_get_verify_result(ssl) != X509_V_OK) return {};
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
    if (memory == nullptr) return {};
    // RFC 2253 escapes, UTF-8 kept as it is.
    if (X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate.get()), 0,
                           XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB)) < 0) {
        return {};
    }
    std::string subject(BIO_ctrl_pending(memory.get()), '\0');
    const int read = BIO_read(memory.get(), subject.data(), static_cast<int>(subject.size()));
    subject.resize(read > 0 ? static_cast<std::size_t>(read) : 0);
    return subject;
}

// The certificate whose key the client has proven to own, and what it sent beside it; empty without one.
std::string certificate_of_peer(SSL* ssl) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(ssl), &X509_free);
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
    if (certificate == nullptr || memory == nullptr) return {};
    bool written = PEM_write_bio_X509(memory.get(), certificate.get()) == 1;
    const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl);  // on a server without the client's own
    for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i)
        written = written && PEM_write_bio_X509(memory.get(), sk_X509_value(chain, i)) == 1;
    std::string text(BIO_ctrl_pending(memory.get()), '\0');
    const int read = BIO_read(memory.get(), text.data(), static_cast<int>(text.size()));
    return written && read == static_cast<int>(text.size()) ? text : std::string();
}

}  // namespace

asio::awaitable<void> serve_control(PlainStream& stream, Conversation session) {
    const bool answered = co_await converse(stream, session);
    if (answered) co_await linger(stream);
}

asio::awaitable<void> serve_https(TlsServerStream& stream, Conversation session) {
    auto& lowest = beast::get_lowest_layer(stream);
    lowest.expires_after(session.request_timeout);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_result);
    if (error) co_return;
    session.certificate_subject = subject_of_peer(stream.native_handle());
    session.peer_certificate = certificate_of_peer(stream.native_handle());
    const bool answered = co_await converse(stream, session);
    if (!answered) co_return;
    lowest.expires_after(std::chrono::seconds(1));
    co_await stream.async_shutdown(as_result);
    co_await linger(lowest);
}

asio::awaitable<void> turn_away(PlainStream& stream, std::chrono::milliseconds patience) {
    Reply reply;
    reply.answer.response = error_response({ErrorKind::denied, "this user may not use the control socket"});
    stream.expires_after(patience);
    const bool sent = co_await send(stream, std::move(reply));
    if (sent) co_await linger(stream);
}

}  // namespace edgeward::admin
