#pragma once

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <edgeward/config/credentials.hpp>

#include "support/certificates.hpp"
#include "support/program.hpp"

// Certificates of tests/support/make_certificates and the openssl program as the other end.
namespace edgeward::net {

using support::eventually;
using support::Program;
using support::ScratchFolder;

inline const std::filesystem::path& certificates() {
    static const support::Certificates made({});
    return made.path();
}

inline std::string certificate_file(const std::string& name) {
    return (certificates() / name).string();
}

inline config::Credentials credentials() {
    return config::Credentials(certificates());
}

// `openssl s_server` on a port of its own choice.
class Server {
public:
    Server(const std::string& identity, const std::vector<std::string>& more) {
        std::vector<std::string> command{"openssl",     "s_server",
                                         "-www",        "-accept",
                                         "localhost:0",

                                         "-cert",       certificate_file(identity + ".pem"),
                                         "-key",        certificate_file(identity + ".key")};
        command.insert(command.end(), more.begin(), more.end());
        process_ = std::make_unique<Program>(std::move(command), folder_ / "server");
        // "ACCEPT 127.0.0.1:41234", or "ACCEPT [::1]:41234"
        REQUIRE(eventually([this] {
            return process_->output().find("ACCEPT") != std::string::npos &&
                   process_->output().find('\n') != std::string::npos;
        }));
        const std::string said = process_->output();
        const auto line = said.substr(said.find("ACCEPT"));
        const std::string first = line.substr(0, line.find('\n'));
        port_ = static_cast<std::uint16_t>(std::stoi(first.substr(first.rfind(':') + 1)));
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string output() const {
        return process_->output() + support::text_of_file(folder_ / "server.err");
    }

private:
    ScratchFolder folder_;
    std::unique_ptr<Program> process_;
    std::uint16_t port_ = 0;
};

}  // namespace edgeward::net
