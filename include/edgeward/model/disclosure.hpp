#pragma once

#include <cstdint>
#include <string_view>

#include <edgeward/core/result.hpp>

namespace edgeward::model {

// How much of a person a destination gets.
enum class IdentityLevel : std::uint8_t {
    identified,    // hospital identifiers and demographics
    pseudonymous,  // the pseudonym of the destination's own domain
    anonymised,    // no person and nothing that links two reports; time, place, age and values generalised
    technical,     // technical observations only, no person at all
};

// What a destination does with the data. Treatment rests on Art. 9(2)(h) DSGVO; the others are secondary.
enum class Purpose : std::uint8_t { treatment, research, quality, maintenance };

std::string_view name_of(IdentityLevel level) noexcept;
std::string_view name_of(Purpose purpose) noexcept;
Result<IdentityLevel> parse_identity_level(std::string_view text);
Result<Purpose> parse_purpose(std::string_view text);

}  // namespace edgeward::model
