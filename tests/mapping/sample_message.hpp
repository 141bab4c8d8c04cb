#pragma once

#include <edgeward/core/bytes.hpp>
#include <edgeward/mapping/mapping.hpp>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace edgeward::mapping::sample {

// 2026-11-23T18:48:00Z
inline constexpr Instant received{std::chrono::milliseconds(1795459680000)};

inline model::RawMessage message(std::string_view payload, std::string topic = "devices/d1/data") {
    model::RawMessage raw;
    raw.topic = std::move(topic);
    const ByteView octets = bytes_of(payload);
    raw.payload.assign(octets.begin(), octets.end());
    raw.received = received;
    return raw;
}

// A mapping without problems.
inline LoadedMappings load(std::string_view toml) {
    LoadedMappings loaded = parse_mapping(toml, "sample.toml");
    for (const auto& problem : loaded.problems)
        UNSCOPED_INFO(problem.to_string());
    REQUIRE(loaded.problems.empty());
    REQUIRE(loaded.set.names().size() == 1);
    return loaded;
}

inline tl::expected<MappedMessage, MappingFailure> apply(std::string_view toml, std::string_view payload,
                                                         const DeviceFacts& device = {"d1", true, "UTC"}) {
    const LoadedMappings loaded = load(toml);
    return loaded.set.find(loaded.set.names().front())->apply(message(payload), device);
}

inline MappedMessage mapped(std::string_view toml, std::string_view payload,
                            const DeviceFacts& device = {"d1", true, "UTC"}) {
    auto result = apply(toml, payload, device);
    if (!result) UNSCOPED_INFO(result.error().reason << ": " << result.error().detail);
    REQUIRE(result.has_value());
    return *std::move(result);
}

inline std::string reason(std::string_view toml, std::string_view payload,
                          const DeviceFacts& device = {"d1", true, "UTC"}) {
    const auto result = apply(toml, payload, device);
    return result ? "mapped" : result.error().reason;
}

// "62.8 /min" of a quantity.
inline std::string quantity(const model::Observation& observation) {
    const auto* value = std::get_if<model::Quantity>(&observation.value);
    return value == nullptr ? "no quantity" : value->comparator + value->value.text() + " " + value->ucum;
}

inline std::uint64_t left_out(const MappedMessage& message, std::string_view reason) {
    for (const auto& [word, count] : message.refused_values) {
        if (word == reason) return count;
    }
    return 0;
}

// A mapping of one rule over flat messages with a time in "t".
inline std::string flat(std::string_view values, std::string_view more = "") {
    return "[mapping]\nname = \"sample\"\n[timestamp]\npath = \"$.t\"\nformat = \"rfc3339\"\n" +
           std::string(more) + "\n[[rule]]\n" + std::string(values);
}

// The first problem of a mapping text, "line:path: text".
inline std::string first_problem(std::string_view toml) {
    const LoadedMappings loaded = parse_mapping(toml, "sample.toml");
    if (loaded.problems.empty()) return "sound";
    const auto& problem = loaded.problems.front();
    return std::to_string(problem.line) + ":" + problem.path + ": " + problem.text;
}

}  // namespace edgeward::mapping::sample
