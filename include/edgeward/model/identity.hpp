#pragma once

#include <string>
#include <vector>

#include <edgeward/core/secret.hpp>

namespace edgeward::model {

// One identifier of a person: HL7 CX-1, CX-4, CX-5.
struct PatientIdentifier {
    std::string value;
    std::string authority;    // name of a configured assigning authority
    std::string type = "PI";  // HL7 table 0203: PI, MR, VN, …
    friend bool operator==(const PatientIdentifier&, const PatientIdentifier&) = default;
};

// What a hospital knows of a person. Lives in the vault and, disclosed, for the length of one rendering.
struct Identity {
    std::vector<PatientIdentifier> identifiers;  // the first is the preferred one
    std::string family;
    std::string given;
    std::string birth_date;    // YYYY-MM-DD, YYYY-MM or YYYY; empty when unknown
    std::string sex;           // FHIR administrative-gender: male female other unknown
    std::string visit_number;  // PV1-19 / Encounter identifier; empty when unknown

    Identity() = default;
    Identity(const Identity&) = default;
    Identity& operator=(const Identity&) = default;
    Identity(Identity&&) noexcept = default;
    Identity& operator=(Identity&&) noexcept = default;
    ~Identity();  // overwrites its texts
    friend bool operator==(const Identity&, const Identity&) = default;
};

}  // namespace edgeward::model
