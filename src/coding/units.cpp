#include <edgeward/coding/units.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mdc_units.hpp"

namespace edgeward::coding {
namespace {

__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

// value in the dimension's base unit = value * numerator / denominator + offset / offset_denominator.
// The fractions are UCUM's definitions, exact.
struct Scale {
    std::string_view ucum;
    std::string_view dimension;
    std::uint64_t numerator = 1;
    std::uint64_t denominator = 1;
    std::int64_t offset = 0;
    std::int64_t offset_denominator = 1;
};

// clang-format off
constexpr Scale scales[] = {
    {"/min", "frequency"}, {"1/min", "frequency"}, {"{count}/min", "frequency"}, {"{beat}/min", "frequency"},
    {"{beats}/min", "frequency"}, {"{pulse}/min", "frequency"}, {"{pulses}/min", "frequency"},
    {"{breath}/min", "frequency"}, {"{breaths}/min", "frequency"}, {"{Breaths}/min", "frequency"},
    {"{resp}/min", "frequency"}, {"/s", "frequency", 60}, {"1/s", "frequency", 60}, {"Hz", "frequency", 60},
    {"/h", "frequency", 1, 60}, {"1/h", "frequency", 1, 60},
    {"1", "fraction"}, {"{ratio}", "fraction"}, {"{unitless}", "fraction"}, {"%", "fraction", 1, 100},
    {"[ppth]", "fraction", 1, 1000}, {"[ppm]", "fraction", 1, 1000000},
    {"Pa", "pressure"}, {"hPa", "pressure", 100}, {"kPa", "pressure", 1000}, {"mbar", "pressure", 100},
    {"bar", "pressure", 100000}, {"mm[Hg]", "pressure", 133322, 1000}, {"cm[H2O]", "pressure", 980665, 10000},
    {"mm[H2O]", "pressure", 980665, 100000}, {"[psi]", "pressure", 44482216152605, 6451600000},
    {"Cel", "temperature"}, {"K", "temperature", 1, 1, -27315, 100}, {"[degF]", "temperature", 5, 9, -160, 9},
    {"g", "mass"}, {"kg", "mass", 1000}, {"mg", "mass", 1, 1000}, {"ug", "mass", 1, 1000000},
    {"ng", "mass", 1, 1000000000}, {"[lb_av]", "mass", 45359237, 100000},
    {"[oz_av]", "mass", 28349523125, 1000000000},
    {"m", "length"}, {"cm", "length", 1, 100}, {"mm", "length", 1, 1000}, {"[in_i]", "length", 254, 10000},
    {"[ft_i]", "length", 3048, 10000},
    {"L", "volume"}, {"dL", "volume", 1, 10}, {"cL", "volume", 1, 100}, {"mL", "volume", 1, 1000},
    {"uL", "volume", 1, 1000000},
    {"L/min", "flow"}, {"mL/min", "flow", 1, 1000}, {"L/s", "flow", 60}, {"mL/s", "flow", 60, 1000},
    {"L/h", "flow", 1, 60}, {"mL/h", "flow", 1, 60000},
    {"L/min/m2", "flow per area"}, {"mL/min/m2", "flow per area", 1, 1000},
    {"s", "time"}, {"ms", "time", 1, 1000}, {"us", "time", 1, 1000000}, {"min", "time", 60},
    {"h", "time", 3600}, {"d", "time", 86400},
    {"V", "voltage"}, {"mV", "voltage", 1, 1000}, {"uV", "voltage", 1, 1000000},
    {"A", "current"}, {"mA", "current", 1, 1000},
    {"g/L", "mass concentration"}, {"g/dL", "mass concentration", 10}, {"g/mL", "mass concentration", 1000},
    {"mg/mL", "mass concentration"}, {"mg/dL", "mass concentration", 1, 100},
    {"mg/L", "mass concentration", 1, 1000},
    {"ug/mL", "mass concentration", 1, 1000}, {"ug/dL", "mass concentration", 1, 100000},
    {"ug/L", "mass concentration", 1, 1000000}, {"ng/mL", "mass concentration", 1, 1000000},
    {"ng/L", "mass concentration", 1, 1000000000}, {"pg/mL", "mass concentration", 1, 1000000000},
    {"mol/L", "amount concentration"}, {"mmol/L", "amount concentration", 1, 1000},
    {"umol/L", "amount concentration", 1, 1000000}, {"nmol/L", "amount concentration", 1, 1000000000},
    {"/L", "number concentration"}, {"/uL", "number concentration", 1000000},
    {"{cell}/uL", "number concentration", 1000000}, {"{cells}/uL", "number concentration", 1000000},
    {"10*3/uL", "number concentration", 1000000000}, {"10*9/L", "number concentration", 1000000000},
    {"10*6/uL", "number concentration", 1000000000000}, {"10*12/L", "number concentration", 1000000000000},
    {"fL", "volume", 1, 1000000000000000}, {"pg", "mass", 1, 1000000000000},
    {"pg/{cell}", "mass", 1, 1000000000000}, {"[pH]", "pH"}, {"U/L", "catalytic concentration"},
    {"meq/L", "charge concentration"}, {"mosm/kg", "osmolality"},
    {"mL/cm[H2O]", "compliance", 10, 980665}, {"L/cm[H2O]", "compliance", 10000, 980665},
    {"mL/mbar", "compliance", 1, 100000}, {"L/mbar", "compliance", 1, 100},
    {"mL/kPa", "compliance", 1, 1000000}, {"L/kPa", "compliance", 1, 1000},
    {"ug/kg/h", "dose rate"}, {"ug/kg/min", "dose rate", 60}, {"ng/kg/min", "dose rate", 60, 1000},
    {"mg/kg/h", "dose rate", 1000}, {"mg/kg/min", "dose rate", 60000},
    {"mg/h", "mass rate"}, {"mg/min", "mass rate", 60}, {"ug/h", "mass rate", 1, 1000},
    {"ug/min", "mass rate", 60, 1000}, {"g/h", "mass rate", 1000},
    {"kg/m2", "mass per area"}, {"m2", "area"}, {"dB", "level"}, {"W", "power"}, {"mW", "power", 1, 1000},
    {"{steps}", "steps"}, {"{count}", "count"}, {"{score}", "score"}, {"[iU]/h", "activity rate"},
    {"cm[H2O].s/L", "resistance"}, {"dyn.s/cm5", "vascular resistance"},
};
// clang-format on

const Scale* find_scale(std::string_view ucum) {
    static const auto index = [] {
        std::unordered_map<std::string_view, const Scale*> made;
        for (const Scale& scale : scales)
            made.emplace(scale.ucum, &scale);
        return made;
    }();
    const auto found = index.find(ucum);
    return found == index.end() ? nullptr : found->second;
}

// All MDC units with their preferred UCUM form. A UCUM form leads to the unit of lowest code that has it.
struct MdcIndex {
    std::vector<MdcUnit> units;
    std::unordered_map<std::uint32_t, const MdcUnit*> by_code;
    std::unordered_map<std::string_view, const MdcUnit*> by_refid;
    std::unordered_map<std::string_view, const MdcUnit*> by_ucum;
};

MdcIndex make_mdc_index() {
    MdcIndex index;
    index.units.reserve(mdc_unit_rows().size());
    for (const MdcUnitRow& row : mdc_unit_rows()) {
        std::string_view forms = row.ucum;
        const MdcUnit& unit =
            index.units.emplace_back(MdcUnit{row.code, row.refid, forms.substr(0, forms.find(' '))});
        index.by_code.emplace(unit.code, &unit);
        index.by_refid.emplace(unit.refid, &unit);
        while (!forms.empty()) {
            const std::size_t end = std::min(forms.find(' '), forms.size());
            index.by_ucum.emplace(forms.substr(0, end), &unit);
            forms.remove_prefix(std::min(end + 1, forms.size()));
        }
    }
    return index;
}

const MdcIndex& mdc_index() {
    static const MdcIndex index = make_mdc_index();
    return index;
}

template <typename Map, typename Key>
const MdcUnit* find(const Map& map, Key key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : found->second;
}

// The digits of a positive number plus one in the last place.
void increment(std::string& digits) {
    for (std::size_t i = digits.size(); i-- > 0;) {
        if (digits[i] != '9') {
            ++digits[i];
            return;
        }
        digits[i] = '0';
    }
    digits.insert(digits.begin(), '1');
}

// numerator / denominator in decimal: exact when it ends within 20 significant digits, else rounded half up.
model::Decimal divide(bool negative, Wide numerator, Wide denominator) {
    constexpr std::size_t significant = 20;
    std::string digits;
    std::size_t places = 0;
    Wide rest = numerator % denominator;
    for (Wide whole = numerator / denominator; whole != 0; whole /= 10) {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(whole % 10)));
    }
    while (rest != 0 && digits.size() < significant && places < 30) {
        rest *= 10;
        const auto digit = static_cast<int>(rest / denominator);
        if (!digits.empty() || digit != 0) digits += static_cast<char>('0' + digit);
        ++places;
        rest %= denominator;
    }
    if (digits.empty()) return {};
    if (rest >= denominator - rest) increment(digits);
    // As a JSON number with an exponent; parse() resolves it.
    const std::string text = (negative ? "-" : "") + digits + "e-" + std::to_string(places);
    return model::Decimal::parse(text).value_or(model::Decimal());
}

}  // namespace

bool is_known_unit(std::string_view ucum) {
    return find_scale(ucum) != nullptr || find(mdc_index().by_ucum, ucum) != nullptr;
}

const MdcUnit* mdc_unit_for(std::string_view ucum) {
    return find(mdc_index().by_ucum, ucum);
}
std::optional<std::string_view> ucum_for(std::string_view written) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 26> usual{{{"mmHg", "mm[Hg]"},
                                                                                   {"mm Hg", "mm[Hg]"},
                                                                                   {"MM[HG]", "mm[Hg]"},
                                                                                   {"cmH2O", "cm[H2O]"},
                                                                                   {"cm H2O", "cm[H2O]"},
                                                                                   {"bpm", "/min"},
                                                                                   {"BPM", "/min"},
                                                                                   {"rpm", "/min"},
                                                                                   {"beats/min", "/min"},
                                                                                   {"per minute", "/min"},
                                                                                   {"breaths/min", "/min"},
                                                                                   {"°C", "Cel"},
                                                                                   {"degC", "Cel"},
                                                                                   {"celsius", "Cel"},
                                                                                   {"°F", "[degF]"},
                                                                                   {"degF", "[degF]"},
                                                                                   {"percent", "%"},
                                                                                   {"pct", "%"},
                                                                                   {"ml", "mL"},
                                                                                   {"l", "L"},
                                                                                   {"l/min", "L/min"},
                                                                                   {"ml/min", "mL/min"},
                                                                                   {"mcg", "ug"},
                                                                                   {"µg", "ug"},
                                                                                   {"sec", "s"},
                                                                                   {"lb", "[lb_av]"}}};
    for (const auto& [written_so, ucum] : usual) {
        if (written == written_so) return ucum;
    }
    return std::nullopt;
}

const MdcUnit* find_mdc_unit(std::uint32_t code) {
    return find(mdc_index().by_code, code);
}
const MdcUnit* find_mdc_unit(std::string_view refid) {
    return find(mdc_index().by_refid, refid);
}

std::optional<UnitConversion> conversion(std::string_view from, std::string_view to) {
    const UnitConversion same{model::Decimal::from_integer(1), {}, true, 0};
    if (from == to && is_known_unit(from)) return same;
    const Scale* source = find_scale(from);
    const Scale* target = find_scale(to);
    if (source == nullptr || target == nullptr || source->dimension != target->dimension) return std::nullopt;
    const Wide numerator = Wide{source->numerator} * target->denominator;
    const Wide denominator = Wide{source->denominator} * target->numerator;
    const SignedWide shift = SignedWide{source->offset} * target->offset_denominator -
                             SignedWide{target->offset} * source->offset_denominator;
    if (numerator == denominator && shift == 0) return same;
    const bool negative = shift < 0;
    const Wide offset = static_cast<Wide>(negative ? -shift : shift) * target->denominator;
    const Wide offset_denominator = static_cast<Wide>(source->offset_denominator) *
                                    static_cast<Wide>(target->offset_denominator) * target->numerator;
    UnitConversion result;
    result.factor = divide(false, numerator, denominator);
    result.offset = divide(negative, offset, offset_denominator);
    result.decimals_shift = -static_cast<int>(std::lround(std::log10(result.factor.approximate())));
    return result;
}

}  // namespace edgeward::coding
