#pragma once

#include <string>
#include <string_view>

#include <edgeward/fhir/bundle.hpp>

#include "known_texts.hpp"
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
    bool in_error = false;            // what was sent before was of another person
    std::string_view encounter = {};  // UUID of its entry; empty: none
    bool served = false;              // by a server of ours: `patient` and `device` are ids there
    KnownTexts* known = nullptr;      // of observations with the same settings and label
};

// The resource of one item under its UUID.
void append_observation(std::string& out, const Surroundings& around, const Item& item,
                        std::string_view uuid);

// One of several versions of a result, which are one resource?
bool is_versioned(const model::Observation& observation);
// Octets whose name is the UUID of an item: the observation's id, or, when it may be one of several versions,
// what they share; of a blood pressure panel those of its parts, by part.
Bytes item_octets(const Item& item);

// Can it be named at all?
bool has_code(const model::Code& code);

}  // namespace edgeward::fhir
