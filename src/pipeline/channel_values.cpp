#include "channel_values.hpp"

#include <functional>
#include <string>
#include <variant>

namespace edgeward::pipeline {
namespace {

// As Boost's hash_combine, for 64 bits.
std::uint64_t joined(std::uint64_t seed, std::uint64_t other) {
    return seed ^ (other + 0x9E37'79B9'7F4A'7C15U + (seed << 6U) + (seed >> 2U));
}

std::uint64_t digest_of(std::uint64_t seed, const std::string& text) {
    return joined(seed, std::hash<std::string>{}(text));
}

device::ChannelValue channel_value(const model::Observation& observation, const model::Quantity& quantity) {
    const model::Code& code = observation.code;
    std::uint64_t channel = joined(code.mdc, observation.containment);
    channel = joined(joined(channel, observation.part.vmd), observation.part.channel);
    for (const std::string* text :
         {&code.loinc, &code.snomed, &code.local_code, &observation.body_site, &quantity.ucum})
        channel = digest_of(channel, *text);
    return {channel, digest_of(digest_of(0, quantity.comparator), quantity.value.text())};
}

}  // namespace

std::vector<device::ChannelValue> channel_values(const std::vector<model::IdentifiedReport>& reports) {
    std::vector<device::ChannelValue> values;
    for (const auto& report : reports) {
        for (const auto& observation : report.observations) {
            const auto* quantity = std::get_if<model::Quantity>(&observation.value);
            if (quantity != nullptr) values.push_back(channel_value(observation, *quantity));
        }
    }
    return values;
}

}  // namespace edgeward::pipeline
