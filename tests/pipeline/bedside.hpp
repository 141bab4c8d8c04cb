#pragma once

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>
#include <utility>

#include <edgeward/mapping/mapping.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>
#include <edgeward/store/writer.hpp>

#include "scripted_vault.hpp"
#include "support/program.hpp"

namespace edgeward::pipeline {

// 2026-11-23T18:48:00Z
inline constexpr Instant noon{std::chrono::milliseconds(1'795'459'680'000)};

inline constexpr std::string_view flat_mapping = R"([mapping]
name = "flat"
[defaults]
off_values = [0]
[timestamp]
path = "$.t"
format = "rfc3339"
[patient]
path = "$.p"
authority = "KIS"
[[rule]]
[[rule.value]]
parameter = "heart_rate"
path = "$.hr"
unit = "/min"
[[rule.value]]
local_system = "urn:test"
local_code = "battery"
display = "Battery charge"
category = "technical"
path = "$.battery"
unit = "%"
)";

inline device::Device device_of(std::string id, std::string mapping) {
    device::Device made;
    made.id = std::move(id);
    made.mapping = std::move(mapping);
    made.location = {"ICU", "1", "07"};
    return made;
}

// Device monitor-1 read by `mapping`, which is there when it is "flat".
inline Catalogue catalogue(std::string mapping = "flat") {
    auto loaded = mapping::parse_mapping(flat_mapping, "flat.toml");
    REQUIRE(loaded.problems.empty());
    Catalogue made;
    made.devices = device::DeviceRegistry({device_of("monitor-1", std::move(mapping))});
    made.mappings = std::move(loaded.set);
    made.zone = "UTC";
    made.authorities = {"KIS"};
    return made;
}

inline model::RawMessage message(std::uint64_t ticket, std::string_view payload,
                                 std::string topic = "devices/monitor-1/data") {
    model::RawMessage made;
    made.topic = std::move(topic);
    const ByteView octets = bytes_of(payload);
    made.payload.assign(octets.begin(), octets.end());
    made.received = noon;
    made.ticket = ticket;
    return made;
}

// The heart rate of a patient; each ticket measures at another second.
inline model::RawMessage beat(std::uint64_t ticket, const std::string& patient = "4711") {
    const auto when = to_rfc3339(noon + std::chrono::seconds(ticket));
    return message(ticket, R"({"t":")" + when + R"(","p":")" + patient + R"(","hr":62})");
}

// The vault and the keys of a gateway, with everything below one folder.
struct Bedside {
    Bedside()
        : keys(crypto::KeyRing::generate()),
          technical_key(*keys.key(crypto::key_name::technical)),
          quarantine_key(*keys.key(crypto::key_name::quarantine)),
          real_vault(*vault::open_vault(folder.path(), keys)),
          vault(*real_vault) {}

    void associate(const std::string& patient, Instant from = noon) {
        REQUIRE(real_vault->associate({0, "monitor-1", {patient, "KIS", "MR"}, from, {}}, "user:1"));
    }

    support::ScratchFolder folder;
    crypto::KeyRing keys;
    crypto::SealingKey technical_key;
    crypto::SealingKey quarantine_key;
    std::unique_ptr<vault::IdentityVault> real_vault;
    ScriptedVault vault;
};

}  // namespace edgeward::pipeline
