#pragma once

#include <catch2/catch_test_macros.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <edgeward/config/credentials.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/ingest/mqtt_source.hpp>

#include "support/certificates.hpp"
#include "support/program.hpp"

// A real mosquitto with the configuration we ship, throwaway certificates, and a gateway's source beside it.
namespace edgeward::ingest {

using support::eventually;
using support::Program;
using support::ScratchFolder;

// Certificates for all tests of this program, made once.
inline const std::filesystem::path& certificates() {
    static const support::Certificates made(
        {"broker", "gateway", "expired", "revoked", "wrong_name", "stranger"}, {"monitor-1", "monitor-2"});
    return made.path();
}

// A port nobody listens on at the moment.
inline std::uint16_t free_port() {
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(handle, generic, size) == 0);
    REQUIRE(::getsockname(handle, generic, &size) == 0);
    ::close(handle);
    return ntohs(address.sin_port);
}

inline bool answers(std::uint16_t port) {
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool accepted = ::connect(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(handle);
    return accepted;
}

class Broker {
public:
    // `identity`: the server certificate's name in make_certificates.
    explicit Broker(std::string identity = "broker", std::string more = "")
        : identity_(std::move(identity)), more_(std::move(more)), port_(free_port()) {
        std::filesystem::create_directories(folder_ / "config/tls");
        std::filesystem::create_directories(folder_ / "state");
        write_configuration();
        start();
    }

    void start() {
        ++starts_;
        process_ = std::make_unique<Program>(
            std::vector<std::string>{"mosquitto", "-c", folder_ / "config/mosquitto.conf"},
            folder_ / ("broker." + std::to_string(starts_)));
        REQUIRE(eventually([this] { return answers(port_); }));
    }
    void stop(int signal = SIGTERM) { process_->end(signal); }
    // It keeps its sockets open and answers nothing.
    void freeze(bool frozen) { ::kill(process_->pid(), frozen ? SIGSTOP : SIGCONT); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string log() const {
        return support::text_of_file(folder_ / ("broker." + std::to_string(starts_) + ".err"));
    }
    [[nodiscard]] std::size_t times_logged(std::string_view text) const {
        const std::string all = log();
        std::size_t count = 0;
        for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1))
            ++count;
        return count;
    }

    // A client with that certificate; its exit code.
    int run_client(const std::string& program, const std::string& identity,
                   std::vector<std::string> arguments) {
        return start_client(program, identity, std::move(arguments))->wait();
    }
    std::unique_ptr<Program> start_client(const std::string& program, const std::string& identity,
                                          std::vector<std::string> arguments) {
        const std::string pki = certificates().string() + '/';
        std::vector<std::string> command{program,
                                         "-h",
                                         "localhost",
                                         "-p",
                                         std::to_string(port_),
                                         "--cafile",
                                         pki + "ca.pem",
                                         "--cert",
                                         pki + identity + ".pem",
                                         "--key",
                                         pki + identity + ".key"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return std::make_unique<Program>(std::move(command),
                                         folder_ / ("client." + std::to_string(++clients_)));
    }
    // One message a line: first … first+count-1 in decimal, with QoS 1.
    void publish(int first, int count, const std::string& device = "monitor-1",
                 const std::string& padding = "") {
        const auto lines = folder_ / ("lines." + std::to_string(++clients_));
        {
            std::ofstream file(lines);
            for (int i = first; i < first + count; ++i)
                file << i << padding << '\n';
        }
        const std::string pki = certificates().string() + '/';
        Program shell({"/bin/sh", "-c",
                       "mosquitto_pub -V 5 -h localhost -p " + std::to_string(port_) + " --cafile " + pki +
                           "ca.pem --cert " + pki + device + ".pem --key " + pki + device +
                           ".key -q 1 -t devices/" + device + "/vitals -l < " + lines.string()},
                      folder_ / ("client." + std::to_string(++clients_)));
        REQUIRE(shell.wait() == 0);
    }

private:
    void write_configuration() {
        const std::filesystem::path shipped = EDGEWARD_SOURCE_DIR "/config/mosquitto";
        std::string text = support::text_of_file(shipped / "mosquitto.conf");
        replace(text, "@CONFIG@", folder_ / "config");
        replace(text, "@STATE@", folder_ / "state");
        replace(text, "@PORT@", std::to_string(port_) + " 127.0.0.1");
        // Beyond the shipped file: what the tests look at; as root mosquitto would change to a user that
        // cannot read the certificates.
        text += "\nlog_type debug\n" + more_;
        if (::geteuid() == 0) text += "\nuser root\n";
        std::ofstream(folder_ / "config/mosquitto.conf") << text;
        std::filesystem::copy(shipped / "acl", folder_ / "config/acl");
        std::filesystem::permissions(folder_ / "config/acl", std::filesystem::perms::owner_all);
        const auto& pki = certificates();
        for (const auto& [from, to] : {std::pair<std::string, std::string>{"ca.pem", "ca.pem"},
                                       {"ca.crl", "ca.crl"},
                                       {identity_ + ".pem", "broker.pem"},
                                       {identity_ + ".key", "broker.key"}})
            std::filesystem::copy(pki / from, folder_ / ("config/tls/" + to));
    }
    static void replace(std::string& text, std::string_view what, const std::string& by) {
        for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
            text.replace(at, what.size(), by);
    }

    ScratchFolder folder_;
    std::string identity_;
    std::string more_;
    std::uint16_t port_;
    int starts_ = 0;
    int clients_ = 0;
    std::unique_ptr<Program> process_;
};

// Takes messages like a pipeline: keeps them, can be held, can be closed.
class Inbox {
public:
    bool take(model::RawMessage&& message) {
        std::unique_lock lock(mutex_);
        released_.wait(lock, [this] { return !held_ || closed_; });
        if (closed_) return false;
        messages_.push_back(std::move(message));
        return true;
    }
    void hold(bool held) {
        const std::lock_guard lock(mutex_);
        held_ = held;
        released_.notify_all();
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        released_.notify_all();
    }
    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return messages_.size();
    }
    [[nodiscard]] std::vector<model::RawMessage> messages() const {
        const std::lock_guard lock(mutex_);
        return messages_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable released_;
    std::vector<model::RawMessage> messages_;
    bool held_ = false;
    bool closed_ = false;
};

inline MqttSettings settings_for(std::uint16_t port) {
    MqttSettings settings;
    settings.port = port;
    settings.patience = std::chrono::seconds(5);
    settings.retry = {std::chrono::milliseconds(100), std::chrono::milliseconds(500)};
    settings.tls = {"ca.pem", "gateway.pem", "gateway.key", "ca.crl", ""};
    return settings;
}

// A gateway's source with its inbox.
class Gateway {
public:
    explicit Gateway(const MqttSettings& settings) : credentials_(certificates()) {
        auto opened = open_mqtt_source(settings, credentials_, registry_, system_clock(), system_random());
        REQUIRE(opened);
        source_ = std::move(*opened);
        REQUIRE(
            source_->start([this](model::RawMessage&& message) { return inbox_.take(std::move(message)); }));
    }
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;
    ~Gateway() {
        inbox_.close();
        source_->stop();
    }

    Inbox& inbox() { return inbox_; }
    ObservationSource& source() { return *source_; }
    [[nodiscard]] bool connected() const { return source_->status().connected; }
    // The value of a series as exposed; "" when it is not there.
    [[nodiscard]] std::string metric(const std::string& series) const {
        const std::string all = registry_.expose();
        const auto at = all.find("\n" + series + " ");
        if (at == std::string::npos) return "";
        const auto start = at + series.size() + 2;
        return all.substr(start, all.find('\n', start) - start);
    }

private:
    config::Credentials credentials_;
    metrics::Registry registry_;
    Inbox inbox_;
    std::unique_ptr<ObservationSource> source_;
};

}  // namespace edgeward::ingest
