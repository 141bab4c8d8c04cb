#pragma once

#include <algorithm>
#include <cctype>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <edgeward/config/credentials.hpp>
#include <edgeward/transport/syslog_link.hpp>

#include "support/certificates.hpp"
#include "support/program.hpp"

namespace edgeward::support {

// tests/peers/syslog_collector.py (Python's ssl) on loopback, and what is needed to reach it.
class SyslogCollector {
public:
    explicit SyslogCollector(std::vector<std::string> options = {}) : options_(std::move(options)) {
        start();
    }

    static const std::filesystem::path& certificates() {
        static const Certificates made({"hospital", "gateway", "stranger"});
        return made.path();
    }
    static config::Credentials credentials() { return config::Credentials(certificates()); }

    void start() {
        const auto& folder = certificates();
        std::vector<std::string> command{"/usr/bin/python3",
                                         EDGEWARD_SOURCE_DIR "/tests/peers/syslog_collector.py",
                                         "--cert",
                                         folder / "hospital.pem",
                                         "--key",
                                         folder / "hospital.key",
                                         "--ca",
                                         folder / "ca.pem",
                                         "--out",
                                         scratch_ / "out",
                                         "--port",
                                         std::to_string(port_)};
        command.insert(command.end(), options_.begin(), options_.end());
        program_ = std::make_unique<Program>(command, scratch_ / "said");
        const auto line = program_->first_line();
        if (!line) throw std::runtime_error("the collector does not start");
        std::string digits;
        std::ranges::copy_if(*line, std::back_inserter(digits), [](char c) { return std::isdigit(c) != 0; });
        port_ = static_cast<std::uint16_t>(std::stoi(digits));
    }
    void kill() { program_->end(SIGKILL); }

    [[nodiscard]] transport::SyslogEndpoint endpoint() const {
        transport::SyslogEndpoint made;
        made.host = "localhost";
        made.port = port_;
        made.tls = {"ca.pem", "gateway.pem", "gateway.key", {}, {}};
        made.patience = std::chrono::seconds(10);
        return made;
    }
    [[nodiscard]] std::vector<std::string> messages() const {
        std::istringstream text(text_of_file(scratch_ / "out"));
        std::vector<std::string> lines;
        for (std::string line; std::getline(text, line);)
            lines.push_back(line);
        return lines;
    }

private:
    ScratchFolder scratch_;
    std::vector<std::string> options_;
    std::uint16_t port_ = 0;
    std::unique_ptr<Program> program_;
};

}  // namespace edgeward::support
