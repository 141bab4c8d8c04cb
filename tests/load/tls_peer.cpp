#include "tls_peer.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include <openssl/err.h>

namespace edgeward::load {
namespace {

TlsContext context_of(const SSL_METHOD* method, const TlsFiles& files) {
    TlsContext context(SSL_CTX_new(method), SSL_CTX_free);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    if (SSL_CTX_load_verify_locations(context.get(), files.ca.c_str(), nullptr) != 1 ||
        SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1)
        give_up("cannot read " + files.ca + ", " + files.certificate + " or " + files.key);
    return context;
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

void give_up(const std::string& reason) {
    std::cerr << reason << '\n';
    std::exit(1);
}

std::uint64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

TlsContext client_context(const TlsFiles& files) {
    return context_of(TLS_client_method(), files);
}

TlsContext server_context(const TlsFiles& files) {
    return context_of(TLS_server_method(), files);
}

int listen_on_loopback(std::uint16_t& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(port);
    socklen_t size = sizeof address;
    const int on = 1;  // whoever listened here before may just have ended
    if (listener < 0 || ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 4096) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        give_up("cannot listen on the loopback address");
    port = ntohs(address.sin_port);
    return listener;
}

TlsPeer::TlsPeer(int descriptor, SSL_CTX* context, bool server)
    : descriptor_(descriptor), ssl_(SSL_new(context), SSL_free) {
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    BIO* const socket = BIO_new_socket(descriptor, BIO_CLOSE);
    SSL_set_bio(ssl_.get(), socket, socket);
    if ((server ? SSL_accept(ssl_.get()) : SSL_connect(ssl_.get())) != 1) {
        ERR_print_errors_fp(stderr);
        give_up("the TLS handshake failed");
    }
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

TlsPeer TlsPeer::connect(SSL_CTX* context, std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (descriptor < 0 ||
        ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        give_up("cannot connect to port " + std::to_string(port));
    return {descriptor, context, false};
}

TlsPeer TlsPeer::accept(SSL_CTX* context, int listener) {
    const int descriptor = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) give_up("cannot accept a connection");
    return {descriptor, context, true};
}

bool TlsPeer::read(std::string& into) {
    // Not on the stack, where it would be filled with zeros at each call.
    thread_local std::array<char, 65536> chunk;
    for (;;) {
        ERR_clear_error();  // SSL_get_error looks at what others left behind too
        const int got = SSL_read(ssl_.get(), chunk.data(), static_cast<int>(chunk.size()));
        if (got > 0) {
            into.append(chunk.data(), static_cast<std::size_t>(got));
            continue;
        }
        const int why = SSL_get_error(ssl_.get(), got);
        return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
    }
}

void TlsPeer::flush() {
    std::size_t written = 0;
    while (written < pending_.size()) {
        const std::size_t some = std::min<std::size_t>(pending_.size() - written, 65536);
        const int put = SSL_write(ssl_.get(), pending_.data() + written, static_cast<int>(some));
        if (put <= 0) break;
        written += static_cast<std::size_t>(put);
    }
    pending_.erase(0, written);
}

}  // namespace edgeward::load
