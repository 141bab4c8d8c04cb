#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

namespace edgeward::app {

// What `edgeward init` makes for trying the gateway out on one machine: everything below one folder, nothing
// shared with another installation.
//
//   edgeward.toml  mappings/  policies/
//                                   the configuration, every setting with its comment
//   credentials/                    key-encryption key and the gateway's certificates
//   data/                           the key ring; later the databases
//   authority/                      a private certification authority of this installation only
//   broker/                         mosquitto's hardened configuration with its certificate
//   devices/ID.pem .key             certificates of devices, common name = device id
//   servers/NAME.pem .key           certificates of servers on this machine (a receiving hospital)
struct EvaluationSettings {
    std::filesystem::path folder;
    std::filesystem::path mappings;  // copied from here
    std::vector<std::string> devices;
    std::vector<std::string> servers;
    std::string broker_host = "localhost";     // name in the broker's and the servers' certificates
    std::string broker_address = "127.0.0.1";  // it listens on
    std::uint16_t broker_port = 8883;
};

// misconfigured: the folder has an installation already; invalid_input: unusable names.
Result<void> create_evaluation(const EvaluationSettings& settings, Instant now);
// Further certificates from the authority of an installation made before.
Result<void> add_certificates(const EvaluationSettings& settings, Instant now);

// `text` with the line "name = …" of `table` set to `value`, to its end. misconfigured: no such line.
Result<std::string> with_setting(std::string text, const std::string& table, const std::string& name,
                                 const std::string& value);

}  // namespace edgeward::app
