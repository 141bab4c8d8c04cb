#include "guess.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <edgeward/core/time.hpp>
#include <edgeward/model/decimal.hpp>

namespace edgeward::mapping {
namespace {

using Words = std::vector<std::string>;

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

struct Known {
    std::string_view parameter;
    // Alternatives of words, all of which are in the name or around it, and at least one in the name.
    std::string_view names;
};

// The more specific first. English and German, as monitors and bridges write them.
constexpr Known known_names[] = {
    {"pulse_rate_oximeter", "spo2 pr|spo2 pulse|spo2 rate"},
    {"pulse_rate_nibp", "nibp pr|nibp pulse|nbp pulse"},
    {"nibp_systolic", "nibp sys|nbp sys|nibp systolic|nbp systolic|nibps|nbps"},
    {"nibp_diastolic", "nibp dia|nbp dia|nbp dias|nibp dias|nibp diastolic|nbp diastolic|nibpd|nbpd"},
    {"nibp_mean", "nibp mean|nbp mean|nibp map|nbp map|nibpm|nbpm"},
    {"abp_systolic", "abp sys|abp systolic|art sys|ibp sys|abps"},
    {"abp_diastolic", "abp dia|abp dias|abp diastolic|art dia|ibp dia|abpd"},
    {"abp_mean", "abp mean|abp map|art mean|ibp mean|abpm"},
    {"pap_systolic", "pap sys|pap systolic"},
    {"pap_diastolic", "pap dia|pap diastolic"},
    {"pap_mean", "pap mean"},
    {"systolic", "sys|systolic|systolisch|rrsys|sbp"},
    {"diastolic", "dia|dias|diastolic|diastolisch|rrdia|dbp"},
    {"mean_pressure", "map|mad|mean pressure|bp mean"},
    {"cvp", "cvp|zvd"},
    {"icp", "icp|hirndruck"},
    {"cpp", "cpp"},
    {"heart_rate", "hr|heart rate|heartrate|herzfrequenz|hf|ecg rate|ekg"},
    {"pulse_rate", "pr|pulse|puls|pulse rate|pulsrate"},
    {"spo2", "spo2|spo 2|sp o2|o2sat|o2 sat|sat|saturation|sauerstoffsättigung|oxygen saturation"},
    {"respiratory_rate", "rr|resp|respiratory rate|respiratoryrate|respiration|af|atemfrequenz|breath rate"},
    {"core_temperature", "core temp|core temperature|kerntemperatur"},
    {"skin_temperature", "skin temp|skin temperature|hauttemperatur"},
    {"temperature", "t1|t2|temp1|temp2|temp 1|temp 2"},
    {"body_temperature", "temp|temperature|temperatur|body temp|bt|körpertemperatur"},
    {"etco2", "etco2|et co2"},
    {"fio2_setting", "fio2 set|fio2 setting"},
    {"fio2", "fio2|fi o2"},
    {"peep_setting", "peep set|peep setting"},
    {"peep", "peep"},
    {"tidal_volume_setting", "vt set|tidal volume set"},
    {"tidal_volume", "vt|tv|tidal volume"},
    {"minute_volume", "mv|minute volume"},
    {"peak_airway_pressure", "ppeak|pip|peak pressure"},
    {"plateau_pressure", "pplat|plateau"},
    {"cardiac_output", "cardiac output|hzv"},
    {"infusion_rate", "infusion rate|flow rate|förderrate"},
    {"infused_volume", "infused volume|vi"},
    {"glucose", "glucose|glukose|bg|bz|blutzucker"},
    {"body_weight", "weight|gewicht|body weight"},
    {"body_height", "height|größe|body height"},
    {"urine_output", "urine|urin|diurese"},
};

// Calls `visit` with each part of a list, until it says yes.
template <typename Visit>
bool any_of(std::string_view list, char between, const Visit& visit) {
    for (;;) {
        const auto end = std::min(list.find(between), list.size());
        if (visit(list.substr(0, end))) return true;
        if (end == list.size()) return false;
        list.remove_prefix(end + 1);
    }
}

// "BloodPressure" around "Pulse" makes it no pressure: a word has to stand in the name itself.
bool are_named(std::string_view words, const Words& own, const std::set<std::string_view>& all) {
    const bool all_there = !any_of(words, ' ', [&](std::string_view word) { return !all.contains(word); });
    return all_there && any_of(words, ' ', [&](std::string_view word) {
               return std::ranges::find(own, word) != own.end();
           });
}

const coding::CodeEntry* by_code(std::string_view name) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) return coding::find_mdc(number);
    if (const auto* entry = coding::find_refid(name)) return entry;
    if (const auto* entry = coding::find_parameter(name)) return entry;
    const auto loinc = coding::find_loinc(name);
    return loinc.empty() ? nullptr : loinc.front();
}

struct Named {
    Role role;
    std::string_view names;  // the words of each joined
};

constexpr Named named[] = {
    {Role::patient,
     "pid|patient|patientid|patientidentifier|mrn|patnr|fallnr|patientnr|subject|subjectid|casenumber|"
     "fallnummer|patientennummer"},
    {Role::device,
     "device|deviceid|deviceidentifier|serial|serialnumber|sn|monitorid|gerät|geraet|geräteid|eui64|mac"},
    {Role::sequence, "seq|sequence|sequencenumber|counter|msgno|messageno|packetno|nr"},
    {Role::unit, "u|unit|units|uom|einheit"},
    {Role::code, "code|type|param|parameter|channel|ch|kanal|metric|key|n|name|loinc|mdc|label"},
    {Role::reading, "v|val|value|wert|reading|result|measurement"},
    {Role::time,
     "ts|t|time|timestamp|datetime|zeit|zeitstempel|measured|measuredat|effective|effectivedatetime|enddate|"
     "date|creationtime|enqueuedtime"},
};

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
    Words words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t at = 0; at < name.size(); ++at) {
        const char c = name[at];
        const auto octet = static_cast<unsigned char>(c);
        const bool letter = is_upper(c) || is_lower(c) || is_digit(c) || octet >= 0x80U;
        if (!letter) {
            end_word();
            continue;
        }
        // "bodyTemp" and "NBPSys": a capital begins a word after a small letter, or before one.
        const bool after_small = at > 0 && is_lower(name[at - 1]);
        const bool before_small =
            at > 0 && is_upper(name[at - 1]) && at + 1 < name.size() && is_lower(name[at + 1]);
        // "SpO2" is one word.
        const bool oxygen = c == 'O' && at + 1 < name.size() && name[at + 1] == '2';
        if (is_upper(c) && !oxygen && (after_small || before_small)) end_word();
        word += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    end_word();
    return words;
}

const coding::CodeEntry* guess_parameter(std::string_view name, const std::vector<std::string>& around) {
    if (const auto* entry = by_code(name)) return entry;
    const Words own = words_of(name);
    std::set<std::string_view> all(own.begin(), own.end());
    all.insert(around.begin(), around.end());
    for (const auto& known : known_names) {
        if (any_of(known.names, '|', [&](std::string_view words) { return are_named(words, own, all); }))
            return coding::find_parameter(known.parameter);
    }
    return nullptr;
}

Role role_of(std::string_view member) {
    std::string joined;
    for (const auto& word : words_of(member))
        joined += word;
    for (const auto& [role, names] : named) {
        if (any_of(names, '|', [&](std::string_view name) { return name == joined; })) return role;
    }
    return Role::value;
}

std::optional<std::string_view> time_format_of(const Node& node) {
    if (node.kind == NodeKind::text) {
        if (parse_rfc3339(node.text)) return "rfc3339";
        if (parse_local_time(node.text, "UTC")) return "local";
        return std::nullopt;
    }
    if (node.kind != NodeKind::number) return std::nullopt;
    double seconds = 0;
    const auto [end, error] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), seconds);
    if (error != std::errc()) return std::nullopt;
    // From the year 2001 to 2100.
    if (seconds >= 1e9 && seconds < 4.1e9) return "epoch_s";
    if (seconds >= 1e12 && seconds < 4.1e12) return "epoch_ms";
    return std::nullopt;
}

bool is_number(const Node& node) {
    return node.kind == NodeKind::number ||
           (node.kind == NodeKind::text && model::Decimal::parse(node.text).has_value());
}

}  // namespace edgeward::mapping
