#pragma once

#include <cstdint>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/model/consent.hpp>
#include <edgeward/policy/permit.hpp>

// What documents of the MII Broad Consent say of scientific use of data of medical care, as TORCH evaluates
// them, and stricter where docs/consent.md says so. Pure.
namespace edgeward::policy {

// Codes that decide; all others of the code system are kept and decide nothing.
namespace consent_code {
inline constexpr std::uint16_t patient_data = 1;        // the module of 2 to 9
inline constexpr std::uint16_t collect = 6;             // when data was collected that may be used
inline constexpr std::uint16_t use = 8;                 // may be used today
inline constexpr std::uint16_t earlier_data = 44;       // the module of 45 to 47
inline constexpr std::uint16_t keep_earlier_data = 45;  // `collect` reaches back
inline constexpr std::uint16_t use_earlier_data = 46;   // the same
}  // namespace consent_code
bool decides(std::uint16_t code) noexcept;

// The provisions of one active document.
using Provisions = std::vector<model::ConsentProvision>;

// given: `use` is permitted now and `collect` when the data was measured, both by documents that permit both;
//   or the data is older than the consent and the document lets `collect` reach back.
// denied: a document denies use now, or collecting when it was measured.
// unknown: otherwise.
Consent broad_consent(const std::vector<Provisions>& documents, Instant now, Instant measured);

}  // namespace edgeward::policy
