#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <edgeward/model/observation.hpp>

// Which observations of a report belong into one blood pressure panel.
namespace edgeward::fhir {

enum class PressurePart : std::uint8_t { systolic, diastolic, mean };

struct PressureCode {
    std::size_t family = 0;  // 0 generic, 1 non-invasive, 2 arterial line
    PressurePart part = PressurePart::systolic;
};
// Nothing for anything but a systemic arterial pressure.
std::optional<PressureCode> pressure_code_of(const model::Code& code);

// The MDC code and reference id of a whole family: 150016 MDC_PRESS_BLD, 150020 …_NONINV, 150032 …_ART.
struct PressureFamily {
    std::uint32_t mdc = 0;
    std::string_view refid;
};
PressureFamily pressure_family(std::size_t family);

// What LOINC, SNOMED CT and the ISiK profile call a part.
struct PressurePartCodes {
    std::string_view loinc;
    std::string_view display;
    std::string_view snomed;
    std::uint32_t mdc = 0;
    std::string_view refid;
};
const PressurePartCodes& codes_of(PressurePart part);

// One resource to write: a single observation, or the parts of a panel (by PressurePart; null: missing).
struct Item {
    const model::Observation* single = nullptr;
    std::array<const model::Observation*, 3> parts{};
    std::size_t family = 0;
    [[nodiscard]] bool is_panel() const noexcept { return single == nullptr; }
};

// In the order of the observations, a panel where its first part stands. Pressures in another unit than
// mm[Hg], waveforms and a mean without systolic and diastolic stay single.
std::vector<Item> arrange(const std::vector<model::Observation>& observations);

}  // namespace edgeward::fhir
