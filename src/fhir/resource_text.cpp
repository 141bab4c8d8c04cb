#include "resource_text.hpp"

#include <algorithm>
#include <array>

#include "json_text.hpp"

namespace edgeward::fhir {
namespace {

constexpr std::string_view observation_value = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
constexpr std::string_view identifier_type = "http://terminology.hl7.org/CodeSystem/v2-0203";
// EUI-64 as a URI, HL7 Personal Health Device IG.
constexpr std::string_view eui64_system = "urn:oid:1.2.840.10004.1.1.1.0.0.1.0.0.1.2680";
constexpr std::string_view isik_patient = "https://gematik.de/fhir/isik/StructureDefinition/ISiKPatient";
constexpr std::string_view mii_pseudonymous_patient =
    "https://www.medizininformatik-initiative.de/fhir/core/modul-person/StructureDefinition/"
    "PatientPseudonymisiert";
constexpr std::string_view age_band_extension = "urn:edgeward:fhir:age-band";

void append_member(std::string& out, std::string_view key, std::string_view text) {
    if (!has_content(text)) return;
    separate(out);
    out += '"';
    out += key;
    out += R"(":)";
    append_string(out, text);
}

void append_identifier(std::string& out, const Name& name, std::string_view type_system,
                       std::string_view type) {
    separate(out);
    out += '{';
    if (!type.empty()) {
        out += R"("type":{"coding":[)";
        append_coding(out, type_system, type);
        out += "]}";
    }
    append_member(out, "system", name.system);
    append_member(out, "value", name.value);
    out += '}';
}

void append_meta(std::string& out, const BundleSettings& settings, std::string_view profile,
                 std::string_view label) {
    std::string meta;
    append_member(meta, "source", settings.source);
    if (!profile.empty()) {
        separate(meta);
        meta += R"("profile":[)";
        append_string(meta, profile);
        meta += ']';
    }
    if (!label.empty()) {
        separate(meta);
        meta += R"("security":[)";
        append_security(meta, label);
        meta += ']';
    }
    if (meta.empty()) return;
    out += R"(,"meta":{)";
    out += meta;
    out += '}';
}

const Authority* authority_of(const BundleSettings& settings, const model::PatientIdentifier& identifier) {
    const auto found = settings.authorities.find(identifier.authority);
    return found == settings.authorities.end() || found->second.system.empty() ? nullptr : &found->second;
}

std::string_view type_of(const Authority& authority, const model::PatientIdentifier& identifier) {
    return authority.type.empty() ? std::string_view(identifier.type) : std::string_view(authority.type);
}

// FHIR date: YYYY, YYYY-MM or YYYY-MM-DD.
bool is_date(std::string_view text) {
    if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool dash = at == 4 || at == 7;
        if (dash ? text[at] != '-' : (text[at] < '0' || text[at] > '9')) return false;
    }
    return true;
}

std::string_view gender_of(std::string_view sex) {
    constexpr std::array<std::string_view, 4> genders{"male", "female", "other", "unknown"};
    return std::find(genders.begin(), genders.end(), sex) == genders.end() ? "unknown" : sex;
}

// ISiKPatient demands a patient number of type MR, family and given name, gender and birth date.
bool is_isik_patient(const BundleSettings& settings, const model::Identity& identity) {
    const bool numbered =
        std::any_of(identity.identifiers.begin(), identity.identifiers.end(), [&](const auto& id) {
            const Authority* authority = authority_of(settings, id);
            return authority != nullptr && type_of(*authority, id) == "MR";
        });
    return settings.profiles == ProfileSet::isik && numbered && has_content(identity.family) &&
           has_content(identity.given) && !identity.sex.empty() && is_date(identity.birth_date);
}

void append_name(std::string& out, const model::Identity& identity) {
    if (!has_content(identity.family) && !has_content(identity.given)) return;
    out += R"(,"name":[{"use":"official")";
    append_member(out, "family", identity.family);
    if (has_content(identity.given)) {
        out += R"(,"given":[)";
        append_string(out, identity.given);
        out += ']';
    }
    out += "}]";
}

void append_identified(std::string& out, const BundleSettings& settings, const model::Identity& identity) {
    append_meta(out, settings, is_isik_patient(settings, identity) ? isik_patient : std::string_view(), {});
    out += R"(,"identifier":[)";
    for (const auto& identifier : identity.identifiers) {
        const Authority* authority = authority_of(settings, identifier);
        if (authority == nullptr || !has_content(identifier.value)) continue;
        append_identifier(out, {authority->system, identifier.value}, identifier_type,
                          type_of(*authority, identifier));
    }
    out += "]";
    append_name(out, identity);
    if (!identity.sex.empty()) append_member(out, "gender", gender_of(identity.sex));
    if (is_date(identity.birth_date)) append_member(out, "birthDate", identity.birth_date);
}

// "low":{"value":60,"unit":"years",…}
void append_years(std::string& out, std::string_view member, int years) {
    out += '"';
    out += member;
    out += R"(":{"value":)";
    out += std::to_string(years);
    out += R"(,"unit":"years","system":"http://unitsofmeasure.org","code":"a"})";
}

}  // namespace

std::string entry_uuid(std::string uuid) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto last = uuid.empty() ? std::string_view::npos : digits.find(uuid.back());
    if (last != std::string_view::npos) uuid.back() = digits[last ^ 0x0FU];
    return uuid;
}

void open_entry(std::string& out, std::string_view uuid) {
    separate(out);
    out += R"({"fullUrl":"urn:uuid:)";
    out += uuid;
    out += R"(","resource":)";
}

void close_entry(std::string& out, const BundleSettings& settings, std::string_view type, const Name& name) {
    out += R"(,"request":{"method":"POST","url":")";
    out += type;
    out += R"(","ifNoneExist":")";
    if (settings.conditional == ConditionalForm::with_type) {
        out += type;
        out += '?';
    }
    out += "identifier=";
    append_search_value(out, name.system);
    out += "%7C";  // "|" between system and value
    append_search_value(out, name.value);
    out += R"("}})";
}

void close_replacing_entry(std::string& out, std::string_view type, const Name& name) {
    out += R"(,"request":{"method":"PUT","url":")";
    out += type;
    out += "?identifier=";
    append_search_value(out, name.system);
    out += "%7C";  // "|" between system and value
    append_search_value(out, name.value);
    out += R"("}})";
}

Result<Name> patient_name(const BundleSettings& settings, const SubjectPart& subject) {
    if (subject.identity == nullptr) {
        if (settings.pseudonym_system.empty())
            return failure(ErrorKind::misconfigured, "pseudonym_system is not set");
        return Name{settings.pseudonym_system, std::string(subject.pseudonym)};
    }
    for (const auto& identifier : subject.identity->identifiers) {
        const Authority* authority = authority_of(settings, identifier);
        if (authority != nullptr && has_content(identifier.value))
            return Name{authority->system, identifier.value};
    }
    return failure(ErrorKind::misconfigured,
                   "no identifier of the person has an assigning authority with a system");
}

void append_patient(std::string& out, const BundleSettings& settings, const SubjectPart& subject) {
    out += R"({"resourceType":"Patient")";
    if (subject.identity != nullptr) {
        append_identified(out, settings, *subject.identity);
    } else {
        append_meta(out, settings, mii_pseudonymous_patient, "PSEUDED");
        out += R"(,"identifier":[)";
        append_identifier(out, {settings.pseudonym_system, std::string(subject.pseudonym)}, observation_value,
                          "PSEUDED");
        out += ']';
    }
    out += '}';
}

std::string anonymous_patient(const std::optional<model::AgeBand>& age) {
    std::string out = R"({"resourceType":"Patient","id":")";
    out += contained_patient;
    out += '"';
    if (age) {
        out += R"(,"extension":[{"url":")";
        out += age_band_extension;
        out += R"(","valueRange":{)";
        append_years(out, "low", age->from);
        if (age->to) {
            out += ',';
            append_years(out, "high", *age->to);
        }
        out += "}}]";
    }
    out += '}';
    return out;
}

Name device_name(const BundleSettings& settings, const DeviceFacts& device, bool pseudonymous) {
    if (!pseudonymous && !device.eui64.empty()) return {std::string(eui64_system), std::string(device.eui64)};
    return {settings.device_system, std::string(device.id)};
}

void append_device(std::string& out, const BundleSettings& settings, const DeviceFacts& device,
                   bool pseudonymous) {
    out += R"({"resourceType":"Device")";
    append_meta(out, settings, {}, pseudonymous ? "PSEUDED" : "");
    out += R"(,"identifier":[)";
    if (!pseudonymous && !device.eui64.empty())
        append_identifier(out, {std::string(eui64_system), std::string(device.eui64)}, {}, {});
    append_identifier(out, {settings.device_system, std::string(device.id)}, {}, {});
    out += R"(],"status":"active")";
    append_member(out, "manufacturer", device.manufacturer);
    if (!pseudonymous) append_member(out, "serialNumber", device.serial);
    append_member(out, "modelNumber", device.model);
    out += '}';
}

void append_security(std::string& out, std::string_view code) {
    append_coding(out, observation_value, code);
}

}  // namespace edgeward::fhir
