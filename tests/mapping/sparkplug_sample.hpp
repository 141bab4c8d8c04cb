#pragma once

#include <edgeward/core/file.hpp>
#include <edgeward/model/report.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>

// Payloads that Eclipse Tahu's sparkplug-payload 1.0.3 (npm) has made, by tests/peers/sparkplug_payloads.mjs.
namespace edgeward::mapping::sample {

inline Bytes sparkplug(const std::string& name) {
    const auto octets = read_file(EDGEWARD_SOURCE_DIR "/tests/mapping/corpus/sparkplug/" + name);
    REQUIRE(octets.has_value());
    return {octets->begin(), octets->end()};
}

inline model::RawMessage sparkplug_message(std::string topic, Bytes payload) {
    model::RawMessage message;
    message.topic = std::move(topic);
    message.payload = std::move(payload);
    message.received = Instant(std::chrono::milliseconds(1795459690000));
    return message;
}

}  // namespace edgeward::mapping::sample
