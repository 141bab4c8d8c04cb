#include "observation_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>
#include <variant>

#include "code_text.hpp"
#include "json_text.hpp"
#include "resource_text.hpp"
#include "value_text.hpp"
#include "vital_signs.hpp"

namespace edgeward::fhir {
namespace {

constexpr std::string_view snomed = "http://snomed.info/sct";
constexpr std::string_view mdc = "urn:iso:std:iso:11073:10101";
constexpr std::string_view core_profile = "http://hl7.org/fhir/StructureDefinition/";
constexpr std::string_view isik_profile = "https://gematik.de/fhir/isik/StructureDefinition/";

void append_component(std::string& out, const Surroundings& around, PressurePart part,
                      const model::Observation* observation) {
    const PressurePartCodes& codes = codes_of(part);
    separate(out);
    out += '{';
    append_component_code(out, around, codes, observation == nullptr ? nullptr : &observation->code);
    if (observation == nullptr) {
        out += ',';
        append_absent(out, "unknown");
    } else {
        append_value(out, *observation, around.identified);
        append_interpretation(out, observation->appraisal.interpretation);
        append_range(out, *observation);
    }
    out += '}';
}

void append_components(std::string& out, const Surroundings& around, const Item& item) {
    out += R"(,"component":[)";
    append_component(out, around, PressurePart::systolic, item.parts[0]);
    append_component(out, around, PressurePart::diastolic, item.parts[1]);
    if (item.parts[2] != nullptr) append_component(out, around, PressurePart::mean, item.parts[2]);
    out += ']';
}

// What holds for the whole item: of a panel the worst of its parts.
struct Standing {
    const model::Observation* first = nullptr;
    model::Quality quality = model::Quality::reliable;
    bool production = true;
    bool vital = true;
    model::ResultStatus status = model::ResultStatus::unverified;
};

Standing standing_of(const Item& item) {
    Standing standing;
    const auto add = [&](const model::Observation* observation) {
        if (observation == nullptr) return;
        if (standing.first == nullptr) standing.first = observation;
        standing.quality = std::max(standing.quality, observation->quality);
        standing.status = std::max(standing.status, observation->appraisal.status);
        standing.production = standing.production && observation->mode == model::Mode::production;
        standing.vital = standing.vital && observation->category == model::Category::vital_sign;
    };
    add(item.single);
    for (const auto* part : item.parts)
        add(part);
    return standing;
}

std::string_view integrity_of(model::Quality quality) {
    switch (quality) {
        case model::Quality::reliable:
            return "RELIABLE";
        case model::Quality::questionable:
            return "UNCERTREL";
        case model::Quality::invalid:
            return "UNRELIABLE";
    }
    return "UNRELIABLE";
}

void append_profile(std::string& out, const Surroundings& around, const VitalSign* sign) {
    const bool isik = around.settings.profiles == ProfileSet::isik && sign != nullptr;
    separate(out);
    out += R"("profile":[")";
    out += isik ? isik_profile : core_profile;
    out += sign == nullptr ? "vitalsigns" : isik ? sign->isik_profile : sign->base_profile;
    out += R"("])";
}

void write_meta(std::string& out, const Surroundings& around, const MetaKey& key, const VitalSign* sign) {
    out += R"("meta":{)";
    if (has_content(around.settings.source)) {
        out += R"("source":)";
        append_string(out, around.settings.source);
    }
    if (key.profiled) append_profile(out, around, sign);
    separate(out);
    out += R"("security":[)";
    append_security(out, "DEVAST");
    append_security(out, integrity_of(key.quality));
    if (!around.label.empty()) append_security(out, around.label);
    if (!key.production) append_coding(out, "http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST");
    out += ']';
    if (around.settings.profiles == ProfileSet::isik) {
        out += R"(,"tag":[)";
        append_coding(out, "http://fhir.de/CodeSystem/common-meta-tag-de", "external");
        out += ']';
    }
    out += '}';
}

void append_meta(std::string& out, const Surroundings& around, const Standing& standing,
                 const VitalSign* sign) {
    const bool about_person = !around.patient.empty() || !around.contained.empty();
    const MetaKey key{standing.quality, standing.production, standing.vital && about_person, sign};
    const auto write = [&] { write_meta(out, around, key, sign); };
    if (around.known != nullptr)
        around.known->append_meta(out, key, write);
    else
        write();
}

void append_category(std::string& out, model::Category category) {
    constexpr std::string_view kind = "http://terminology.hl7.org/CodeSystem/observation-category";
    // What a device measures or is told, as DeviceMetric.category names it: R4 has no observation category
    // for it.
    constexpr std::string_view metric = "http://hl7.org/fhir/metric-category";
    out += R"(,"category":[{"coding":[)";
    switch (category) {
        case model::Category::vital_sign:
            append_coding(out, kind, "vital-signs");
            break;
        case model::Category::laboratory:
            append_coding(out, kind, "laboratory");
            break;
        case model::Category::setting:
            append_coding(out, metric, "setting");
            break;
        case model::Category::measurement:
        case model::Category::technical:
            append_coding(out, metric, "measurement");
            break;
    }
    out += "]}]";
}

void append_reference(std::string& out, const Surroundings& around, std::string_view member,
                      std::string_view type, std::string_view name) {
    out += ",\"";
    out += member;
    out += R"(":{"reference":")";
    out += around.served ? type : std::string_view("urn:uuid:");
    if (around.served) out += '/';
    out += name;
    out += R"("})";
}

// ISiK wants a literal reference where there is an encounter at all, so it gets none.
void append_encounter(std::string& out, const Surroundings& around) {
    const auto& settings = around.settings;
    if (!around.encounter.empty())
        return append_reference(out, around, "encounter", "Encounter", around.encounter);
    if (!around.identified || settings.visit_system.empty() || !has_content(around.visit) ||
        settings.profiles == ProfileSet::isik)
        return;
    out += R"(,"encounter":{"identifier":{"type":{"coding":[)";
    append_coding(out, "http://terminology.hl7.org/CodeSystem/v2-0203", "VN");
    out += R"(]},"system":)";
    append_string(out, settings.visit_system);
    out += R"(,"value":)";
    append_string(out, around.visit);
    out += "}}";
}

void append_body_site(std::string& out, std::string_view site) {
    if (!has_content(site)) return;
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(site.data(), site.data() + site.size(), number);
    const bool numeric = parsed.ec == std::errc() && parsed.ptr == site.data() + site.size();
    // Partition 7 of ISO/IEEE 11073-10101 holds the body sites.
    constexpr std::uint64_t first_site = 7ULL << 16U;
    constexpr std::uint64_t past_sites = 8ULL << 16U;
    out += R"(,"bodySite":{)";
    if (numeric) {
        out += R"("coding":[)";
        append_coding(out, number >= first_site && number < past_sites ? mdc : snomed, site);
        out += ']';
    } else {
        out += R"("text":)";
        append_string(out, site);
    }
    out += '}';
}

void append_subject(std::string& out, const Surroundings& around, model::Category category) {
    if (!around.contained.empty()) {
        out += R"(,"subject":{"reference":"#)";
        out += contained_patient;
        out += R"("})";
        return;
    }
    const bool about_device = category == model::Category::technical || around.patient.empty();
    append_reference(out, around, "subject", about_device ? "Device" : "Patient",
                     about_device ? around.device : around.patient);
    if (!about_device) append_encounter(out, around);
}

std::string_view status_of(model::ResultStatus status, bool in_error) {
    if (in_error || model::is_withdrawal(status)) return "entered-in-error";
    if (status == model::ResultStatus::preliminary) return "preliminary";
    return status == model::ResultStatus::corrected ? "corrected" : "final";
}

// The ward, or whatever the configuration calls several of them, answers for the value.
void append_place(std::string& out, const Surroundings& around) {
    if (!has_content(around.place)) return;
    out += R"(,"performer":[{"type":"Organization","display":)";
    append_string(out, around.place);
    out += "}]";
}

// The profiled vital sign whose profile the observation keeps, units included.
const VitalSign* claimed_sign(const Surroundings& around, const Item& item, const Standing& standing) {
    if (!standing.vital) return nullptr;
    if (item.is_panel()) return &blood_pressure_panel();
    const VitalSign* const sign = vital_sign_of(item.single->code);
    if (sign == nullptr) return nullptr;
    const auto* const quantity = std::get_if<model::Quantity>(&item.single->value);
    const bool absent = !absent_reason(*item.single, around.identified).empty();
    const bool fits =
        absent || (quantity != nullptr && unit_fits(*sign, quantity->ucum, around.settings.profiles));
    return fits ? sign : nullptr;
}

model::Code panel_code(const Surroundings& around, const Item& item) {
    const PressureFamily family = pressure_family(item.family);
    model::Code code;
    code.loinc = blood_pressure_panel().loinc;
    // The ISiK profile's own coding is added by append_code, once.
    if (around.settings.profiles == ProfileSet::base || family.mdc != blood_pressure_panel().mdc) {
        code.mdc = family.mdc;
        code.mdc_refid = family.refid;
    }
    code.display = "Blood pressure";
    return code;
}

// What names an observation: its id, or, when it may be one of several versions, what they share.
ByteView name_of(const model::Observation& observation) {
    return is_versioned(observation) ? ByteView(observation.result) : ByteView(observation.id.octets);
}

// Octets whose name is the UUID of a blood pressure panel: the names of its parts, by part.
Bytes panel_octets(const Item& item) {
    Bytes octets;
    for (const char c : std::string_view("Panel|"))
        octets.push_back(static_cast<std::uint8_t>(c));
    for (const auto* part : item.parts) {
        octets.push_back(part == nullptr ? 0 : 1);
        if (part == nullptr) continue;
        const ByteView name = name_of(*part);
        octets.insert(octets.end(), name.begin(), name.end());
    }
    return octets;
}

}  // namespace

bool is_versioned(const model::Observation& observation) {
    return observation.result != model::ResultKey{} &&
           observation.appraisal.status != model::ResultStatus::unverified;
}

Bytes item_octets(const Item& item) {
    if (item.is_panel()) return panel_octets(item);
    const ByteView name = name_of(*item.single);
    return {name.begin(), name.end()};
}

void append_observation(std::string& out, const Surroundings& around, const Item& item,
                        std::string_view uuid) {
    const Standing standing = standing_of(item);
    const VitalSign* const sign = claimed_sign(around, item, standing);
    const model::Category category = standing.first->category;
    out += R"({"resourceType":"Observation",)";
    append_meta(out, around, standing, sign);
    if (!around.contained.empty()) {
        out += R"(,"contained":[)";
        out += around.contained;
        out += ']';
    }
    out += R"(,"identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:)";
    out += uuid;
    out += R"("}],"status":")";
    out += status_of(standing.status, around.in_error);
    out += '"';
    append_category(out, category);
    out += ',';
    if (item.is_panel()) {
        append_code(out, around, panel_code(around, item), &blood_pressure_panel());
    } else {
        append_code(out, around, item.single->code, sign);
    }
    append_subject(out, around, category);
    out += R"(,"effectiveDateTime":")";
    out += to_rfc3339(standing.first->effective);
    out += '"';
    append_place(out, around);
    if (!item.is_panel()) append_value(out, *item.single, around.identified);
    if (!item.is_panel()) append_interpretation(out, item.single->appraisal.interpretation);
    append_body_site(out, standing.first->body_site);
    if (!around.device.empty()) append_reference(out, around, "device", "Device", around.device);
    if (item.is_panel())
        append_components(out, around, item);
    else
        append_range(out, *item.single);
    out += '}';
}

bool has_code(const model::Code& code) {
    return code.mdc != 0 || !code.loinc.empty() || !code.snomed.empty() || !code.local_code.empty() ||
           has_content(code.display);
}

}  // namespace edgeward::fhir
