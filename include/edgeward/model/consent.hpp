#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>

// A consent as a document, the way consent management (gICS and others) hands it over as FHIR Consent of the
// MII Broad Consent (docs/consent.md).
namespace edgeward::model {

// FHIR consent-state-codes. Only an active document says anything; any other status takes back what an
// earlier version of the same document said.
enum class ConsentStatus : std::uint8_t { draft = 1, proposed, active, rejected, inactive, entered_in_error };

// FHIR's word: "entered-in-error".
std::string_view name_of(ConsentStatus status) noexcept;
std::optional<ConsentStatus> parse_consent_status(std::string_view word) noexcept;

// Ends of a period that states none.
inline constexpr Instant beginning_of_time = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
inline constexpr Instant end_of_time = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);

// The last arc N of a policy code 2.16.840.1.113883.3.1937.777.24.5.3.N, permitted or denied from `from`
// until before `until`.
struct ConsentProvision {
    std::uint16_t code = 0;
    bool permit = false;
    Instant from{};
    Instant until{};
    friend bool operator==(const ConsentProvision&, const ConsentProvision&) = default;
};

struct ConsentDocument {
    // What all versions of one document have in common; one of the two is there.
    std::string identifier;  // "<system>|<value>"
    std::string id;          // of the resource
    ConsentStatus status = ConsentStatus::active;
    std::optional<Instant> stated;   // Consent.dateTime
    std::optional<Instant> version;  // meta.lastUpdated: of two versions the later one holds
    std::string policy;              // Consent.policy.uri: which form was signed; may be empty
    std::vector<ConsentProvision> provisions;
    friend bool operator==(const ConsentDocument&, const ConsentDocument&) = default;
};

}  // namespace edgeward::model
