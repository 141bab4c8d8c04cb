#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/transport/mllp_transport.hpp>

#include "support/certificates.hpp"
#include "support/program.hpp"

namespace edgeward::transport::hl7_peer {

// Throwaway certificates for the whole test program, made once.
inline const std::filesystem::path& certificates() {
    static const support::Certificates made(
        {"broker", "gateway", "expired", "wrong_name", "stranger", "revoked", "client_only"});
    return made.path();
}

// A third-party receiver on loopback, under mutual TLS unless told otherwise.
class Receiver {
public:
    // `command` begins with the program; `server` names the certificate it shows.
    explicit Receiver(std::vector<std::string> command, const std::string& server = "broker") {
        const auto& made = certificates();
        for (const auto& word :
             {std::string("--cert"), (made / (server + ".pem")).string(), std::string("--key"),
              (made / (server + ".key")).string(), std::string("--ca"), (made / "ca.pem").string(),
              std::string("--log"), (folder_ / "received").string()}) {
            command.push_back(word);
        }
        program_ = std::make_unique<support::Program>(command, folder_ / "out");
        const auto line = program_->first_line();
        if (!line || !line->starts_with("port ")) {
            throw std::runtime_error("receiver did not start: " + support::text_of_file(folder_ / "out.err"));
        }
        port_ = static_cast<std::uint16_t>(std::stoi(line->substr(5)));
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::vector<nlohmann::json> received() const {
        std::vector<nlohmann::json> messages;
        std::ifstream file(folder_ / "received");
        for (std::string line; std::getline(file, line);)
            messages.push_back(nlohmann::json::parse(line));
        return messages;
    }
    void end() { program_->end(); }

private:
    support::ScratchFolder folder_;
    std::unique_ptr<support::Program> program_;
    std::uint16_t port_ = 0;
};

inline Receiver python_receiver(const std::string& answers, const std::vector<std::string>& more = {},
                                const std::string& server = "broker") {
    std::vector<std::string> command{"/usr/bin/python3", EDGEWARD_SOURCE_DIR "/tests/peers/hl7_receiver.py",
                                     "--answers", answers};
    command.insert(command.end(), more.begin(), more.end());
    return Receiver(command, server);
}

inline MllpSettings settings_for(std::uint16_t port) {
    MllpSettings settings;
    settings.host = "127.0.0.1";
    settings.port = port;
    settings.tls.ca = "ca.pem";
    settings.tls.certificate = "gateway.pem";
    settings.tls.key = "gateway.key";
    settings.response_timeout = std::chrono::seconds(10);
    return settings;
}

inline OutboundMessage message(const std::string& id, const std::string& more = "") {
    return {"MSH|^~\\&|EDGEWARD|WARD|KIS|HOSPITAL|20261123194847+0100||ORU^R01^ORU_R01|" + id +
                "|P|2.6|||AL|NE\r" + "PID|||1^^^H^PI||^^^^^^U\rPV1||U\r" + more,
            id};
}

// A transport and the thread it runs on.
class Gateway {
public:
    explicit Gateway(const MllpSettings& settings,
                     const std::filesystem::path& credentials = certificates()) {
        auto opened = open_mllp_transport(settings, config::Credentials(credentials), io_.get_executor());
        if (!opened) throw std::runtime_error(opened.error().message);
        transport_ = std::move(*opened);
    }

    // Begins a send; finish() runs until all have ended.
    void begin(OutboundMessage one) {
        const std::size_t at = outcomes_.size();
        outcomes_.emplace_back();
        boost::asio::co_spawn(io_, transport_->send(std::move(one)),
                              [this, at](const std::exception_ptr& thrown, Outcome got) {
                                  if (thrown) std::rethrow_exception(thrown);
                                  outcomes_[at] = std::move(got);
                              });
    }
    std::vector<Outcome> finish() {
        io_.restart();
        io_.run();
        std::vector<Outcome> all;
        for (auto& one : outcomes_)
            all.push_back(one.value());
        outcomes_.clear();
        return all;
    }
    Outcome send(OutboundMessage one) {
        begin(std::move(one));
        return finish().front();
    }
    Transport& transport() { return *transport_; }
    boost::asio::io_context& io() { return io_; }

private:
    boost::asio::io_context io_;
    std::unique_ptr<Transport> transport_;
    std::vector<std::optional<Outcome>> outcomes_;
};

}  // namespace edgeward::transport::hl7_peer
