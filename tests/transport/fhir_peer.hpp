#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include <edgeward/core/random.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/transport/fhir_transport.hpp>

#include "support/certificates.hpp"
#include "support/program.hpp"

// FHIR servers of others, started on loopback for one test, and a transport that talks to them.
namespace edgeward::transport::fhir_peer {

inline const std::filesystem::path source = EDGEWARD_SOURCE_DIR;

// Certificates for the whole run of the program.
inline const std::filesystem::path& certificates() {
    static const support::Certificates made({"hospital", "gateway", "wrong_name", "stranger"});
    return made.path();
}

// tests/peers/fhir_receiver.py (Python's standard library) or tests/peers/fhir_server.mjs (Medplum).
class Server {
public:
    Server(std::string kind, std::vector<std::string> options, const std::string& certificate = "hospital") {
        std::vector<std::string> command =
            kind == "medplum" ? std::vector<std::string>{"node", peer("fhir_server.mjs")}
                              : std::vector<std::string>{"/usr/bin/python3", peer("fhir_receiver.py")};
        const auto& folder = certificates();
        for (std::string word :
             {std::string("--cert"), (folder / (certificate + ".pem")).string(), std::string("--key"),
              (folder / (certificate + ".key")).string(), std::string("--ca"), (folder / "ca.pem").string(),
              std::string("--out"), (scratch_ / "out").string(), std::string("--log"),
              (scratch_ / "log").string()})
            command.push_back(std::move(word));
        command.insert(command.end(), options.begin(), options.end());
        program_ = std::make_unique<support::Program>(command, scratch_ / "said");
        const auto line = program_->first_line();
        REQUIRE(line);
        port_ = nlohmann::json::parse(*line)["port"];
    }
    [[nodiscard]] std::string url(const std::string& scheme = "https") const {
        return scheme + "://localhost:" + std::to_string(port_) + "/fhir";
    }
    // Resources it holds, in the order of creation.
    [[nodiscard]] std::vector<nlohmann::json> stored() const { return lines("out"); }
    // Requests it has answered.
    [[nodiscard]] std::vector<nlohmann::json> requests() const { return lines("log"); }
    void end() { program_->end(); }

private:
    static std::string peer(const char* name) { return (source / "tests/peers" / name).string(); }
    [[nodiscard]] std::vector<nlohmann::json> lines(const char* name) const {
        std::vector<nlohmann::json> objects;
        std::ifstream file(scratch_ / name);
        for (std::string line; std::getline(file, line);)
            objects.push_back(nlohmann::json::parse(line));
        return objects;
    }

    support::ScratchFolder scratch_;
    std::unique_ptr<support::Program> program_;
    unsigned port_ = 0;
};

inline bool medplum_is_there() {
    return std::filesystem::exists(source / "tests/peers/node_modules/@medplum/fhir-router");
}

inline FhirSettings settings_for(const std::string& url) {
    FhirSettings settings;
    settings.url = url;
    settings.tls = {"ca.pem", "gateway.pem", "gateway.key", {}, {}};
    settings.response_timeout = std::chrono::seconds(10);
    return settings;
}

// A transport on its own executor; run() drives it until everything asked for has ended.
class Client {
public:
    explicit Client(const FhirSettings& settings) : credentials_(certificates()) {
        auto opened =
            open_fhir_transport(settings, credentials_, io_.get_executor(), system_clock(), system_random());
        REQUIRE(opened);
        transport = std::move(*opened);
    }
    Outcome send(OutboundMessage message) {
        std::optional<Outcome> outcome;
        start(std::move(message), outcome);
        run();
        REQUIRE(outcome);
        return std::move(*outcome);
    }
    void start(OutboundMessage message, std::optional<Outcome>& outcome) {
        boost::asio::co_spawn(
            io_, transport->send(std::move(message)),
            [&outcome](std::exception_ptr, Outcome made) { outcome.emplace(std::move(made)); });
    }
    void run() {
        io_.restart();
        io_.run();
    }
    boost::asio::io_context& io() { return io_; }

private:
    boost::asio::io_context io_;
    config::Credentials credentials_;

public:
    std::unique_ptr<Transport> transport;
};

// One Device and `observations` Observations, as module fhir writes them.
inline OutboundMessage message(unsigned number, unsigned observations = 1) {
    std::string body =
        R"({"resourceType":"Bundle","type":"transaction","entry":[)"
        R"({"fullUrl":"urn:uuid:00000000-0000-8000-a000-0000000000d1","resource":{"resourceType":"Device",)"
        R"("identifier":[{"system":"https://klinik.example/sid/device","value":"mon-7"}]},)"
        R"("request":{"method":"POST","url":"Device",)"
        R"("ifNoneExist":"identifier=https://klinik.example/sid/device%7Cmon-7"}})";
    for (unsigned index = 0; index < observations; ++index) {
        std::string tail = std::to_string(100000 + number) + std::to_string(100000 + index);
        const std::string uuid = "00000000-0000-8000-a000-" + tail;
        tail[0] = 'f';
        body += R"(,{"fullUrl":"urn:uuid:00000000-0000-8000-a000-)" + tail +
                R"(","resource":{"resourceType":"Observation","identifier":[{"system":"urn:ietf:rfc:3986",)"
                R"("value":"urn:uuid:)" +
                uuid +
                R"("}],"status":"final","code":{"text":"x"},)"
                R"("subject":{"reference":"urn:uuid:00000000-0000-8000-a000-0000000000d1"},)"
                R"("valueQuantity":{"value":37.0}},"request":{"method":"POST","url":"Observation",)"
                R"("ifNoneExist":"identifier=urn:ietf:rfc:3986%7Curn:uuid:)" +
                uuid + R"("}})";
    }
    return {body + "]}", "bundle-" + std::to_string(number)};
}

}  // namespace edgeward::transport::fhir_peer
