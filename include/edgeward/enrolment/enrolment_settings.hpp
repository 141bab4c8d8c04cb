#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <edgeward/config/document.hpp>
#include <edgeward/device/device_registry.hpp>
#include <edgeward/net/tls.hpp>

namespace edgeward::enrolment {

// Devices that show a certificate their manufacturer has put into them (IEEE 802.1AR).
struct Manufacturer {
    std::string name;         // for records
    std::string ca;           // credential: PEM with the authorities that vouch for them
    std::string kind;         // the [[device_class]] they become
    std::string id_prefix{};  // before the serialNumber of their subject, which makes their id
    bool approved = false;    // false: a person says yes to each
    bool allow_rsa_2048 = false;
};

// [enrolment]: how devices get certificates from the gateway (docs/enrolment.md).
struct EnrolmentSettings {
    bool enabled = false;
    std::string address = "127.0.0.1";  // an IP address; "::" or "0.0.0.0" for all interfaces
    std::uint16_t port = 9444;          // 0: one the system chooses
    net::TlsSettings tls{.ca = {},
                         .certificate = "enrolment-certificate",
                         .key = "enrolment-key",
                         .crl = {},
                         .server_name = {}};
    std::string authority = "device-authority";          // credential: PEM, the issuing certificate first
    std::string authority_key = "device-authority-key";  // credential: PEM, its key
    std::chrono::milliseconds lifetime = std::chrono::hours(24 * 30);
    std::chrono::milliseconds renewal_window =
        std::chrono::hours(24 * 180);  // after the end of a certificate
    bool queue = true;                 // false: who has no right is refused instead of waiting for a person
    std::size_t queue_limit = 100;
    std::chrono::milliseconds retry_after = std::chrono::minutes(1);
    std::filesystem::path crl_file{};  // where the broker reads who is revoked; empty: nowhere
    std::string further_crls{};        // credential: PEM with lists of other authorities, for the same file
    bool accounts = false;             // devices without certificates have accounts at the broker
    std::vector<std::string> reserved{"gateway"};  // no device is called so
    std::size_t max_connections = 32;
    std::chrono::milliseconds request_timeout = std::chrono::seconds(10);
    std::vector<Manufacturer> manufacturers{};
};

// Reads the table [enrolment] and its [[enrolment.manufacturer]].
EnrolmentSettings read_enrolment_settings(config::Section section, const device::DeviceClasses& classes);

}  // namespace edgeward::enrolment
