#pragma once

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <edgeward/intake/frame.hpp>
#include <edgeward/net/local_listener.hpp>

namespace edgeward::broker {

// The gateway's end of the intake socket: says welcome and gives each message the verdict the test wants.
class FakeGateway {
public:
    struct Heard {
        std::uint64_t number;
        std::string identity, client_id, topic, payload;
        unsigned quality;
        bool retain;
    };
    using Judge =
        std::function<std::optional<Bytes>(const Heard&)>;  // octets to answer with, nothing: silence

    static Bytes octets_of(const intake::Frame& frame) {
        Bytes octets;
        REQUIRE(intake::write(frame, octets));
        return octets;
    }
    static std::optional<Bytes> commit(const Heard& heard) {
        return octets_of(intake::Verdict{heard.number, intake::Outcome::committed});
    }

    explicit FakeGateway(std::filesystem::path path, Judge judge = commit,
                         std::optional<Bytes> welcome = octets_of(intake::Welcome{}))
        : path_(std::move(path)), judge_(std::move(judge)), welcome_(std::move(welcome)) {
        auto listener = net::listen_local(path_, std::nullopt);
        REQUIRE(listener);
        listener_ = *std::move(listener);
        thread_ = std::thread([this] { run(); });
    }
    FakeGateway(const FakeGateway&) = delete;
    FakeGateway& operator=(const FakeGateway&) = delete;
    // Like a killed one: connections end, the socket's file stays.
    ~FakeGateway() {
        ending_ = true;
        thread_.join();
    }

    std::vector<Heard> heard() {
        const std::lock_guard lock(mutex_);
        return heard_;
    }
    [[nodiscard]] int connections() const { return connections_; }

private:
    void run() {
        while (!ending_) {
            pollfd wanted{listener_.number(), POLLIN, 0};
            if (::poll(&wanted, 1, 5) <= 0) continue;
            const net::Descriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
            ++connections_;
            serve(socket.number());
        }
    }
    void serve(int socket) {
        Bytes unread;
        while (!ending_) {
            pollfd wanted{socket, POLLIN, 0};
            if (::poll(&wanted, 1, 5) <= 0) continue;
            Bytes chunk(65536);
            const ssize_t got = ::recv(socket, chunk.data(), chunk.size(), 0);
            if (got <= 0) return;
            unread.insert(unread.end(), chunk.begin(), chunk.begin() + got);
            while (const auto found = *intake::read(unread)) {
                answer(socket, found->frame);
                unread.erase(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(found->size));
            }
        }
    }
    void answer(int socket, const intake::Frame& frame) {
        std::optional<Bytes> octets = welcome_;
        if (const auto* message = std::get_if<intake::Message>(&frame)) {
            Heard heard{message->number,
                        std::string(message->identity),
                        std::string(message->client_id),
                        std::string(message->topic),
                        std::string(text_of(message->payload)),
                        message->quality,
                        message->retain};
            octets = judge_(heard);
            const std::lock_guard lock(mutex_);
            heard_.push_back(std::move(heard));
        }
        if (octets) (void)!::send(socket, octets->data(), octets->size(), MSG_NOSIGNAL);
    }

    const std::filesystem::path path_;
    const Judge judge_;
    const std::optional<Bytes> welcome_;
    net::Descriptor listener_;
    std::mutex mutex_;
    std::vector<Heard> heard_;
    std::atomic<int> connections_{0};
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

}  // namespace edgeward::broker
