#pragma once

#include <string>
#include <string_view>

#include <edgeward/fhir/bundle.hpp>

#include "pressure_panel.hpp"

// Observation resources.
namespace edgeward::fhir {

// What an observation refers to. `patient` empty: nobody.
struct Surroundings {
    const BundleSettings& settings;
    std::string_view patient = {};  // UUIDs of the entries
    std::string_view device = {};
    std::string_view visit = {};  // visit number; empty: none
    bool identified = false;
    std::string_view label = {};  // of security: PSEUDED, ANONYED; empty: none
    // Anonymised: the Patient each resource contains, and a name for the place.
    std::string_view contained = {};
    std::string_view place = {};
    bool in_error = false;  // what was sent before was of another person
};

// The resource of one item under its UUID.
void append_observation(std::string& out, const Surroundings& around, const Item& item,
                        std::string_view uuid);

// Can it be named at all?
bool has_code(const model::Code& code);

}  // namespace edgeward::fhir
