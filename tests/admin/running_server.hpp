#pragma once

#include <edgeward/admin/admin_server.hpp>
#include <edgeward/admin/health.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/described.hpp"

namespace edgeward::admin_tests {

// An admin server with its io thread, as the app runs it.
class RunningServer {
public:
    RunningServer(const admin::AdminSettings& settings, admin::Routes routes,
                  const config::Credentials& credentials = config::Credentials())
        : settings_(settings),
          server_(admin::start_admin_server(settings, credentials, context_.get_executor(),
                                            support::described(std::move(routes)))),
          thread_([this] { context_.run(); }) {}
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
    ~RunningServer() {
        if (server_) (*server_)->stop();
        context_.stop();
        thread_.join();
    }

    [[nodiscard]] bool started() const { return server_.has_value(); }
    [[nodiscard]] const Error& error() const { return server_.error(); }
    [[nodiscard]] admin::AdminServer& server() const { return **server_; }
    [[nodiscard]] const std::filesystem::path& socket() const { return settings_.socket; }

private:
    admin::AdminSettings settings_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    Result<std::unique_ptr<admin::AdminServer>> server_;
    std::thread thread_;
};

// Settings for a server on a Unix socket in `folder` alone.
inline admin::AdminSettings control_only(const std::filesystem::path& folder) {
    admin::AdminSettings settings;
    settings.https = false;
    settings.socket = folder / "control.sock";
    return settings;
}

// A client without any manners: sends octets as they are.
class RawClient {
public:
    explicit RawClient(const std::filesystem::path& socket) : descriptor_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        socket.native().copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient() { ::close(descriptor_); }

    [[nodiscard]] bool connected() const { return connected_; }
    // False when the peer has closed.
    bool send(std::string_view octets) const {
        while (!octets.empty()) {
            const ssize_t sent = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            octets.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void finish() const { ::shutdown(descriptor_, SHUT_WR); }
    // What arrives until the peer closes, `enough` has come or `patience` is over.
    std::string receive(std::string_view enough = {},
                        std::chrono::seconds patience = std::chrono::seconds(10)) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        std::string received;
        while (enough.empty() || received.find(enough) == std::string::npos) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - std::chrono::steady_clock::now());
            pollfd waiting{descriptor_, POLLIN, 0};
            if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
                return received;
            char part[4096];
            const ssize_t size = ::recv(descriptor_, part, sizeof part, 0);
            if (size <= 0) {
                closed_ = true;
                return received;
            }
            received.append(part, static_cast<std::size_t>(size));
        }
        return received;
    }
    // Has the peer closed, as far as receive() saw?
    [[nodiscard]] bool closed() const { return closed_; }

private:
    int descriptor_;
    bool connected_ = false;
    bool closed_ = false;
};

}  // namespace edgeward::admin_tests
