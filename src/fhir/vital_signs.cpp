#include "vital_signs.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>

namespace edgeward::fhir {
namespace {

constexpr std::array<VitalSign, 6> signs{{
    {"8867-4", "Heart rate", "364075005", 147842, "MDC_ECG_HEART_RATE", "heartrate", "ISiKHerzfrequenz"},
    {"9279-1", "Respiratory rate", "86290005", 151562, "MDC_RESP_RATE", "resprate", "ISiKAtemfrequenz"},
    {"2708-6", "Oxygen saturation in Arterial blood", "442476006", 150324, "MDC_SAT_O2_ART", "oxygensat",
     "ISiKSauerstoffsaettigungArteriell"},
    {"8310-5", "Body temperature", "386725007", 150364, "MDC_TEMP_BODY", "bodytemp", "ISiKKoerpertemperatur"},
    {"29463-7", "Body weight", "27113001", 188736, "MDC_MASS_BODY_ACTUAL", "bodyweight",
     "ISiKKoerpergewicht"},
    {"8302-2", "Body height", "1153637007", 188740, "MDC_LEN_BODY_ACTUAL", "bodyheight",
     "ISiKKoerpergroesse"},
}};

constexpr VitalSign panel{"85354-9",
                          "Blood pressure panel with all children optional",
                          "75367002",
                          150016,
                          "MDC_PRESS_BLD",
                          "bp",
                          "ISiKBlutdruckSystemischArteriell"};

// Further names of the same vital sign.
struct Alias {
    std::string_view loinc;
    std::uint32_t mdc;
    std::size_t sign;
};
constexpr std::array<Alias, 13> aliases{{
    {"8889-8", 149530, 0},   // heart rate by pulse oximetry, MDC_PULS_OXIM_PULS_RATE
    {"", 149514, 0},         // MDC_PULS_RATE
    {"", 151578, 1},         // MDC_TTHOR_RESP_RATE
    {"", 151594, 1},         // MDC_CO2_RESP_RATE
    {"59408-5", 150456, 2},  // by pulse oximetry, MDC_PULS_OXIM_SAT_O2
    {"8329-5", 150368, 3},   // core temperature, MDC_TEMP_CORE
    {"8332-3", 0, 3},        // rectal
    {"8333-1", 0, 3},        // tympanic
    {"8331-1", 0, 3},        // oral
    {"8328-7", 0, 3},        // axillary
    {"", 68063, 4},          // MDC_ATTR_PT_WEIGHT
    {"", 68060, 5},          // MDC_ATTR_PT_HEIGHT
    {"3141-9", 0, 4},        // measured weight
}};

const VitalSign* by_loinc(std::string_view loinc) {
    for (const auto& sign : signs)
        if (sign.loinc == loinc) return &sign;
    for (const auto& alias : aliases)
        if (!alias.loinc.empty() && alias.loinc == loinc) return &signs.at(alias.sign);
    return nullptr;
}

const VitalSign* by_mdc(std::uint32_t mdc) {
    for (const auto& sign : signs)
        if (sign.mdc == mdc) return &sign;
    for (const auto& alias : aliases)
        if (alias.mdc == mdc) return &signs.at(alias.sign);
    return nullptr;
}

bool is_one_of(std::string_view unit, std::initializer_list<std::string_view> units) {
    return std::find(units.begin(), units.end(), unit) != units.end();
}

}  // namespace

const VitalSign* vital_sign_of(const model::Code& code) {
    // A LOINC code says most exactly what the mapping's author meant; the MDC code decides only without one.
    if (!code.loinc.empty()) return by_loinc(code.loinc);
    return code.mdc == 0 ? nullptr : by_mdc(code.mdc);
}

bool unit_fits(const VitalSign& sign, std::string_view ucum, ProfileSet profiles) {
    if (sign.base_profile == "heartrate" || sign.base_profile == "resprate") return ucum == "/min";
    if (sign.base_profile == "oxygensat") return ucum == "%";
    if (sign.base_profile == "bp") return ucum == "mm[Hg]";
    const bool base = profiles == ProfileSet::base;
    if (sign.base_profile == "bodytemp") return ucum == "Cel" || (base && ucum == "[degF]");
    if (sign.base_profile == "bodyweight") return is_one_of(ucum, {"g", "kg"}) || (base && ucum == "[lb_av]");
    return ucum == "cm" || (base && ucum == "[in_i]");
}

bool mdc_may_be_added(const VitalSign& sign, std::uint32_t own) {
    return sign.mdc != own && (own == 0 || sign.base_profile != "heartrate");
}

const VitalSign& blood_pressure_panel() {
    return panel;
}

}  // namespace edgeward::fhir
