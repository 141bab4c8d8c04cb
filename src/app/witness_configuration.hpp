#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <edgeward/admin/admin_server.hpp>
#include <edgeward/config/document.hpp>

namespace edgeward::app {

// A log to witness, as the file names it.
struct WitnessLogSettings {
    std::string origin;  // "edgeward/<installation id>"
    std::string key;     // credential: PEM of `edgeward audit public-key`
};

// The file of a witness: [admin] as in a gateway's, but for the client certificate, which it asks for;
// [witness] and [[witness.log]].
struct WitnessConfiguration {
    admin::AdminSettings admin;
    std::string name;  // of its cosignatures
    std::filesystem::path folder = "/var/lib/edgeward-witness";
    std::filesystem::path credentials_folder;         // evaluation without systemd; empty otherwise
    std::string signing_key = "witness-signing-key";  // credential: 32 octets, or 64 hexadecimal digits
    std::vector<WitnessLogSettings> logs;
};

struct LoadedWitnessConfiguration {
    WitnessConfiguration configuration;
    std::vector<config::Problem> problems;  // any: must not be used
};
LoadedWitnessConfiguration load_witness_configuration(const std::filesystem::path& file);

}  // namespace edgeward::app
