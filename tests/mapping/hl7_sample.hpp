#pragma once

#include <string>
#include <string_view>

#include <edgeward/hl7/result_message.hpp>
#include <edgeward/mapping/mapping.hpp>

#include "hl7/result_sample.hpp"
#include "sample_message.hpp"

namespace edgeward::mapping::sample {

inline const std::string hl7_head =
    "[mapping]\nname = \"sample\"\nformat = \"hl7\"\n[hl7]\nknown_codes = [\"MDC\", \"LN\"]\n";

// What a mapping makes of a message whose only order has these rows.
inline tl::expected<MappedMessage, MappingFailure> apply_rows(
    std::string_view toml, std::string_view rows, std::string_view obr = "OBR|1||F1||||202611231848",
    const DeviceFacts& device = {"d1", true, "UTC"}) {
    const auto octets = hl7::sample::laboratory("ORU^R01", std::string(obr) + "\r" + std::string(rows));
    const auto message = hl7::read_results(octets, hl7::sample::reading());
    REQUIRE(message);
    const auto loaded = load(toml);
    return loaded.set.find("sample")->apply(*message, received, device);
}

inline MappedMessage rows_of(std::string_view toml, std::string_view rows,
                             std::string_view obr = "OBR|1||F1||||202611231848") {
    auto result = apply_rows(toml, rows, obr);
    if (!result) UNSCOPED_INFO(result.error().reason << ": " << result.error().detail);
    REQUIRE(result.has_value());
    return *std::move(result);
}

}  // namespace edgeward::mapping::sample
