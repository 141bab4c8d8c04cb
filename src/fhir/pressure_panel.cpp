#include "pressure_panel.hpp"

#include <algorithm>
#include <variant>

namespace edgeward::fhir {
namespace {

constexpr std::array<PressureFamily, 3> families{{
    {150016, "MDC_PRESS_BLD"},
    {150020, "MDC_PRESS_BLD_NONINV"},
    {150032, "MDC_PRESS_BLD_ART"},
}};

constexpr std::array<PressurePartCodes, 3> parts{{
    {"8480-6", "Systolic blood pressure", "271649006", 150017, "MDC_PRESS_BLD_SYS"},
    {"8462-4", "Diastolic blood pressure", "271650006", 150018, "MDC_PRESS_BLD_DIA"},
    {"8478-0", "Mean blood pressure", "6797001", 150019, "MDC_PRESS_BLD_MEAN"},
}};

std::size_t index_of(PressurePart part) {
    return static_cast<std::size_t>(part);
}

bool groupable(const model::Observation& observation) {
    if (observation.category == model::Category::setting ||
        observation.category == model::Category::technical)
        return false;
    if (std::holds_alternative<std::monostate>(observation.value)) return true;
    const auto* const quantity = std::get_if<model::Quantity>(&observation.value);
    return quantity != nullptr && quantity->ucum == "mm[Hg]";
}

Item* open_panel(std::vector<Item>& items, const model::Observation& observation, PressureCode code) {
    const auto fits = [&](const Item& item) {
        if (!item.is_panel() || item.family != code.family || item.parts.at(index_of(code.part)) != nullptr)
            return false;
        return std::all_of(item.parts.begin(), item.parts.end(), [&](const model::Observation* part) {
            return part == nullptr ||
                   (part->effective == observation.effective && part->body_site == observation.body_site &&
                    part->part == observation.part);  // two arterial lines are two pressures
        });
    };
    const auto found = std::find_if(items.begin(), items.end(), fits);
    return found == items.end() ? nullptr : &*found;
}

void add_pressure(std::vector<Item>& items, const model::Observation& observation, PressureCode code) {
    Item* panel = open_panel(items, observation, code);
    if (panel == nullptr) {
        items.push_back(Item{nullptr, {}, code.family});
        panel = &items.back();
    }
    panel->parts.at(index_of(code.part)) = &observation;
}

void dissolve_lone_mean(Item& item) {
    if (item.is_panel() && item.parts[0] == nullptr && item.parts[1] == nullptr)
        item = Item{item.parts[2], {}, 0};
}

}  // namespace

std::optional<PressureCode> pressure_code_of(const model::Code& code) {
    for (std::size_t family = 0; family < families.size(); ++family) {
        const std::uint32_t first = families.at(family).mdc + 1;
        if (code.mdc >= first && code.mdc < first + 3)
            return PressureCode{family, static_cast<PressurePart>(code.mdc - first)};
    }
    if (code.mdc != 0) return std::nullopt;
    for (std::size_t part = 0; part < parts.size(); ++part)
        if (parts.at(part).loinc == code.loinc) return PressureCode{0, static_cast<PressurePart>(part)};
    return std::nullopt;
}

PressureFamily pressure_family(std::size_t family) {
    return families.at(family);
}

const PressurePartCodes& codes_of(PressurePart part) {
    return parts.at(index_of(part));
}

std::vector<Item> arrange(const std::vector<model::Observation>& observations) {
    std::vector<Item> items;
    items.reserve(observations.size());
    for (const auto& observation : observations) {
        const auto code = pressure_code_of(observation.code);
        if (code && groupable(observation)) {
            add_pressure(items, observation, *code);
        } else {
            items.push_back(Item{&observation, {}, 0});
        }
    }
    for (auto& item : items)
        dissolve_lone_mean(item);
    return items;
}

}  // namespace edgeward::fhir
