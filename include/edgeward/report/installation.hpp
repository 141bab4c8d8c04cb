#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/model/disclosure.hpp>
#include <edgeward/model/observation.hpp>

// What the papers are written from: the configuration as it is, and what the running gateway measured.
// Values; no identity and no secret in them.
namespace edgeward::report {

struct Source {
    std::string name;       // mqtt, intake, adt
    std::string transport;  // "MQTT 5", "Unix socket", "HL7 v2 ADT, MLLP"
    std::string address;    // host:port or path
    bool encrypted = false;
    bool inside = false;  // the machine's own; encryption is not needed
};

struct Device {
    std::string id;
    std::string mapping;
    std::string kind;         // maker and model; empty: not stated
    std::string place;        // ward, room, bed
    bool identified = false;  // a serial number or EUI-64 is stated
};

struct Destination {
    std::string name;
    std::string transport;  // "HL7 v2, MLLP", "FHIR R4, HTTPS"
    std::string address;
    model::Purpose purpose = model::Purpose::treatment;
    model::IdentityLevel level = model::IdentityLevel::technical;
    std::string legal_basis;                    // art9-2h, art9-2j, consent, none
    std::vector<model::Category> data_classes;  // what may leave, the level's own limits applied
    std::vector<std::string> wards;             // only these; empty: all
    std::size_t codes = 0;                      // listed; 0: all
    std::chrono::milliseconds retention{0};     // promised by the receiver; zero: nothing
    bool encrypted = false;
    bool client_certificate = false;
    std::vector<std::string> detectors_off;  // of the inspection; empty: all look, or the level needs none
};

// A way over the network that the configuration opens: others come in, or the gateway goes out.
struct Door {
    std::string name;  // "admin", "adt", "destination kis"
    bool inbound = false;
    bool own = true;         // false: another program on this machine answers there (the broker)
    std::string host;        // inbound: the address it listens at; outbound: the peer's name or address
    bool loopback = false;   // never leaves this machine
    std::uint16_t port = 0;  // 0: one the system chooses
    std::vector<std::string> addresses;  // outbound: those of the host; empty: not known
};

// How long what is kept here.
struct Keeping {
    std::chrono::milliseconds clinical{0};
    std::chrono::milliseconds technical{0};
    std::chrono::milliseconds dead_letters{0};
    std::chrono::milliseconds quarantine{0};
    std::chrono::milliseconds backups_data{0};
    std::chrono::milliseconds backups_persons{0};
    bool scheduled_backups = false;
};

struct Role {
    std::string name;
    std::size_t users = 0;
    std::size_t groups = 0;
};

struct Certificate {
    std::string credential;
    std::int64_t days_left = 0;
};

// One measurement of the running gateway: what it was asked at `made`.
struct Measured {
    Instant made{};
    std::string version;
    bool ready = false;
    std::vector<std::string> not_ready;    // parts
    std::size_t settings_that_differ = 0;  // of the file and the gateway; 0: this paper is about what runs
    bool books_balance = false;
    std::uint64_t books_as_of = 0;  // audit record
    std::uint64_t received = 0;     // messages
    std::uint64_t audit_records = 0;
    std::uint64_t audit_checkpoint = 0;  // the newest record that is signed for
    bool encryption_holds = false;       // self-test of the linked library, made for this measurement
    std::string policies;                // SHA-256 of those in force, hexadecimal
    std::vector<Certificate> certificates;
    std::string backup_made;      // RFC 3339; empty: never
    std::string backup_verified;  // likewise
    bool recovery_key = false;
    std::size_t devices_in_trouble = 0;
    std::vector<std::string> destinations_silent;
    std::optional<double> outage_hours;  // the disk lasts so long; nothing: not known
};

struct Installation {
    std::string version;
    Instant made{};
    std::string configuration;  // SHA-256 of the files, hexadecimal
    std::string policies;       // SHA-256 of the folder's, hexadecimal
    std::size_t number_of_policies = 0;
    std::vector<Source> sources;
    std::vector<Device> devices;
    std::vector<Destination> destinations;
    std::vector<Door> doors;
    std::vector<Role> roles;
    Keeping keeping;
    std::optional<Measured> measured;  // nothing: the gateway did not run or did not answer
};

}  // namespace edgeward::report
