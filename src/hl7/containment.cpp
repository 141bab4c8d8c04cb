#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "containment.hpp"

namespace edgeward::hl7 {

namespace {

// Codes: VMD and channel terms of ISO/IEEE 11073-10101 as published monitors send them (IHE PCD TF-2 E.1, GE
// B40 PCD-01 description). Groups without a term of their own are the general physiological monitor (69964 +
// 2, + 3).
constexpr DeviceGroup mds{0, 0, {}, 0, {}};
constexpr DeviceGroup general{1, 69966, "MDC_DEV_MON_PHYSIO_MULTI_PARAM_VMD", 69967,
                              "MDC_DEV_MON_PHYSIO_MULTI_PARAM_CHAN"};
constexpr DeviceGroup respiration{2, 69722, "MDC_DEV_ANALY_RESP_RATE_VMD", 69723,
                                  "MDC_DEV_ANALY_RESP_RATE_CHAN"};
constexpr DeviceGroup ecg{5, 69798, "MDC_DEV_ECG_VMD", 69799, "MDC_DEV_ECG_CHAN"};
constexpr DeviceGroup airway_gas{11, general.vmd, general.vmd_refid, general.channel, general.channel_refid};
constexpr DeviceGroup brain{12, general.vmd, general.vmd_refid, general.channel, general.channel_refid};
constexpr DeviceGroup blood_pressure{13, 69854, "MDC_DEV_METER_PRESS_BLD_VMD", 69855,
                                     "MDC_DEV_METER_PRESS_BLD_CHAN"};
constexpr DeviceGroup ventilator{14, 70002, "MDC_DEV_SYS_PT_VENT_VMD", 70003, "MDC_DEV_SYS_PT_VENT_CHAN"};
constexpr DeviceGroup nibp{16, 70686, "MDC_DEV_PRESS_BLD_NONINV_VMD", 70687, "MDC_DEV_PRESS_BLD_NONINV_CHAN"};
constexpr DeviceGroup laboratory{18, general.vmd, general.vmd_refid, general.channel, general.channel_refid};
constexpr DeviceGroup pump{20, 69986, "MDC_DEV_PUMP_INFUS_VMD", 69987, "MDC_DEV_PUMP_INFUS_CHAN"};
constexpr DeviceGroup oximeter{22, 69642, "MDC_DEV_ANALY_SAT_O2_VMD", 69643, "MDC_DEV_ANALY_SAT_O2_CHAN"};
constexpr DeviceGroup temperature{26, 69902, "MDC_DEV_METER_TEMP_VMD", 69903, "MDC_DEV_METER_TEMP_CHAN"};

struct Family {
    std::uint32_t first;
    std::uint32_t last;
    const DeviceGroup* group;
};

// The first family that holds the code decides, so single codes stand before the range around them.
constexpr std::array families{
    Family{68060, 68060, &mds},               // height known to the device
    Family{68063, 68063, &mds},               // weight
    Family{149504, 149512, &oximeter},        // plethysmogram
    Family{149522, 149522, &blood_pressure},  // pulse rate of an invasive line
    Family{149530, 149530, &oximeter},        // pulse rate of the oximeter
    Family{149546, 149546, &nibp},            // pulse rate of the cuff
    Family{150020, 150023, &nibp},
    Family{150016, 150111, &blood_pressure},  // arterial, venous, pulmonary, unspecified
    Family{150324, 150331, &oximeter},        // SaO2
    Family{150344, 150399, &temperature},
    Family{188420, 188439, &temperature},  // rectal, oral, blood
    Family{150448, 150479, &oximeter},     // SpO2, perfusion
    Family{160296, 160303, &oximeter},     // pre- and postductal SpO2
    Family{131072, 149503, &ecg},          // leads, ST, intervals, rates
    Family{184327, 184327, &ecg},          // rhythm
    Family{151586, 151586, &ventilator},   // mechanical rate
    Family{151552, 151599, &respiration},
    Family{151700, 151779, &airway_gas},  // CO2, O2
    Family{152190, 152399, &airway_gas},  // inspired O2, anaesthetic agents
    Family{151600, 153599, &ventilator},  // pressures, volumes, flows, mechanics
    Family{153600, 156671, &brain},       // ICP, CPP, EEG
    Family{157696, 158719, &pump},        // infusion
    Family{160000, 161791, &laboratory},  // concentrations
};

constexpr std::uint32_t setting_offset = 0x1000000;  // a setting's code is the measured one + 2^24 (MII ICU)

constexpr std::uint32_t measured_code(std::uint32_t mdc) {
    return mdc >= setting_offset ? mdc - setting_offset : mdc;
}

model::Part part_of(const model::Observation& observation, const DeviceGroup& group, bool device_says) {
    if (observation.part != model::Part{} || group.number == 0) return observation.part;
    constexpr int beside = 1000;
    return {static_cast<std::uint16_t>(device_says ? beside + group.number : group.number), 1};
}

}  // namespace

const DeviceGroup& group_of(std::uint32_t mdc) noexcept {
    const std::uint32_t code = measured_code(mdc);
    const auto* found = std::find_if(families.begin(), families.end(), [&](const Family& family) {
        return code >= family.first && code <= family.last;
    });
    return found == families.end() ? general : *found->group;
}

bool is_episodic(std::uint32_t mdc) noexcept {
    constexpr std::uint32_t cardiac_output = 150276;
    return mdc == cardiac_output || group_of(mdc).number == nibp.number;
}

std::vector<PlacedObservation> place(const std::vector<const model::Observation*>& observations) {
    std::vector<PlacedObservation> placed;
    placed.reserve(observations.size());
    const bool device_says = std::ranges::any_of(
        observations, [](const auto* observation) { return observation->part != model::Part{}; });
    std::set<std::pair<model::Part, std::uint32_t>> taken;
    std::map<model::Part, std::uint32_t> highest;
    std::vector<PlacedObservation> without_place;
    for (const auto* observation : observations) {
        const DeviceGroup& group = group_of(observation->code.mdc);
        PlacedObservation one{observation, &group, part_of(*observation, group, device_says),
                              observation->containment};
        if (one.metric == 0 || !taken.emplace(one.part, one.metric).second) {
            without_place.push_back(one);
            continue;
        }
        highest[one.part] = std::max(highest[one.part], one.metric);
        placed.push_back(one);
    }
    for (auto& one : without_place) {
        one.metric = ++highest[one.part];
        placed.push_back(one);
    }
    std::ranges::sort(placed, {},
                      [](const PlacedObservation& one) { return std::pair(one.part, one.metric); });
    return placed;
}

}  // namespace edgeward::hl7
