#include <edgeward/fhir/consent.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include <edgeward/fhir/strict_json.hpp>

#include "period.hpp"

namespace edgeward::fhir {
namespace {

using model::ConsentProvision;
using nlohmann::json;

constexpr std::string_view profile =
    "https://www.medizininformatik-initiative.de/fhir/modul-consent/StructureDefinition/"
    "mii-pr-consent-einwilligung";
// Category of the MII Broad Consent in consents that do not state the profile.
constexpr std::string_view category = "2.16.840.1.113883.3.1937.777.24.2.184";
constexpr std::string_view code_system = "urn:oid:2.16.840.1.113883.3.1937.777.24.5.3";
constexpr std::string_view code_prefix = "2.16.840.1.113883.3.1937.777.24.5.3.";
constexpr std::uint16_t highest_code = 9999;
constexpr std::size_t most_provisions = 1000;
constexpr std::size_t longest_name = 1000;
// What narrows a permission in ways that are not looked at here.
constexpr std::array narrowing = {"actor", "action",     "securityLabel", "purpose",
                                  "class", "dataPeriod", "data"};

tl::unexpected<Error> wrong(const std::string& path, const std::string& expected) {
    return failure(ErrorKind::invalid_input, path + ": expected " + expected);
}

const json* member(const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const json& object, const char* name) {
    const json* found = object.is_object() ? member(object, name) : nullptr;
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

bool has_some(const json& object, const char* name) {
    const json* found = member(object, name);
    return found != nullptr && !found->empty();
}

// The elements of a list; none when there is no list.
const json& list_of(const json& object, const char* name) {
    static const json none = json::array();
    const json* found = object.is_object() ? member(object, name) : nullptr;
    return found != nullptr && found->is_array() ? *found : none;
}

bool is_broad_consent(const json& consent) {
    const json* meta = member(consent, "meta");
    const auto claims = [](const json& each) {
        const auto text = each.is_string() ? each.get<std::string>() : std::string();
        return text == profile || text.starts_with(std::string(profile) + "|");
    };
    if (meta != nullptr && std::ranges::any_of(list_of(*meta, "profile"), claims)) return true;
    return std::ranges::any_of(list_of(consent, "category"), [](const json& each) {
        return std::ranges::any_of(list_of(each, "coding"),
                                   [](const json& coding) { return text_of(coding, "code") == category; });
    });
}

// ---- whose it is

void take_identifier(const json& identifier, std::vector<SystemIdentifier>& into) {
    SystemIdentifier made{text_of(identifier, "system"), text_of(identifier, "value")};
    if (made.system.empty() || made.value.empty()) return;
    if (std::ranges::find(into, made) == into.end()) into.push_back(std::move(made));
}

Result<std::vector<SystemIdentifier>> read_patient(const json& consent, const std::string& path) {
    const json* patient = member(consent, "patient");
    if (patient == nullptr || !patient->is_object()) return wrong(path + ".patient", "a reference");
    std::vector<SystemIdentifier> found;
    if (const json* identifier = member(*patient, "identifier")) take_identifier(*identifier, found);
    const auto reference = text_of(*patient, "reference");
    for (const auto& contained : list_of(consent, "contained")) {
        if (reference.empty() || reference != "#" + text_of(contained, "id")) continue;
        for (const auto& identifier : list_of(contained, "identifier"))
            take_identifier(identifier, found);
    }
    if (found.empty())
        return wrong(path + ".patient",
                     "an identifier with system and value, or a reference to a Patient with one in the same "
                     "Bundle");
    return found;
}

// ---- what it says

struct Bounds {
    std::optional<Instant> from;
    std::optional<Instant> until;
};

Result<Bounds> read_period(const json& provision, const std::string& path, std::string_view zone) {
    Bounds bounds;
    const json* period = member(provision, "period");
    if (period == nullptr) return bounds;
    if (!period->is_object()) return wrong(path + ".period", "a Period");
    for (const char* name : {"start", "end"}) {
        if (member(*period, name) == nullptr) continue;
        const auto read = read_date_time(text_of(*period, name), zone);
        if (!read && read.error().kind != ErrorKind::invalid_input) return failure(read.error());
        if (!read) return failure(Error(read.error()).during(path + ".period." + name));
        if (*name == 's') bounds.from = read->from;
        if (*name == 'e') bounds.until = read->until;
    }
    if (bounds.from && bounds.until && *bounds.until <= *bounds.from)
        return wrong(path + ".period.end", "a time not before start");
    return bounds;
}

// The last arc of a policy code; nothing for one of another code system.
Result<std::optional<std::uint16_t>> code_in(const json& coding, const std::string& path) {
    if (text_of(coding, "system") != code_system) return std::nullopt;
    const auto code = text_of(coding, "code");
    std::uint16_t value = 0;
    if (code.starts_with(code_prefix)) {
        const char* end = code.data() + code.size();
        const auto [rest, failed] = std::from_chars(code.data() + code_prefix.size(), end, value);
        if (failed == std::errc() && rest == end && value > 0 && value <= highest_code) return value;
    }
    return wrong(path + ".code", "a policy code " + std::string(code_prefix) + "N");
}

Result<std::vector<std::uint16_t>> codes_in(const json& provision, const std::string& path) {
    const auto& concepts = list_of(provision, "code");
    if (concepts.empty()) return wrong(path + ".code", "at least one policy code");
    std::vector<std::uint16_t> codes;
    for (std::size_t i = 0; i < concepts.size(); ++i) {
        const auto place = path + ".code[" + std::to_string(i) + "].coding";
        const auto& codings = list_of(concepts[i], "coding");
        if (codings.empty()) return wrong(place, "a coding");
        for (std::size_t j = 0; j < codings.size(); ++j) {
            const auto code = code_in(codings[j], place + "[" + std::to_string(j) + "]");
            if (!code) return failure(code.error());
            if (*code) codes.push_back(**code);
        }
    }
    return codes;
}

Result<bool> is_permit(const json& provision, const std::string& path) {
    const auto type = text_of(provision, "type");
    if (type != "permit" && type != "deny") return wrong(path + ".type", "permit or deny");
    return type == "permit";
}

Result<void> refuse_what_is_not_understood(const json& provision, const std::string& path, bool permit) {
    if (has_some(provision, "modifierExtension"))
        return wrong(path + ".modifierExtension", "none: it would change what is said");
    if (has_some(provision, "provision"))
        return wrong(path + ".provision", "none: exceptions of exceptions are not understood");
    for (const char* name : narrowing) {
        if (permit && has_some(provision, name))
            return wrong(path + "." + name, "none: a permission narrowed by it is not understood");
    }
    return {};
}

Result<void> read_provision(const json& provision, const std::string& path, const Bounds& outer,
                            std::string_view zone, std::vector<ConsentProvision>& into) {
    if (!provision.is_object()) return wrong(path, "an object");
    const auto permit = is_permit(provision, path);
    if (!permit) return failure(permit.error());
    if (auto fine = refuse_what_is_not_understood(provision, path, *permit); !fine) return fine;
    const auto bounds = read_period(provision, path, zone);
    if (!bounds) return failure(bounds.error());
    if (*permit && (!bounds->from || !bounds->until))
        return wrong(path + ".period", "start and end: nothing is permitted for ever");
    const auto codes = codes_in(provision, path);
    if (!codes) return failure(codes.error());
    Instant from = bounds->from.value_or(model::beginning_of_time);
    Instant until = bounds->until.value_or(model::end_of_time);
    if (*permit) {  // within the period of the whole consent
        from = std::max(from, outer.from.value_or(from));
        until = std::min(until, outer.until.value_or(until));
        if (until <= from) return {};
    }
    for (const auto code : *codes)
        into.push_back({code, *permit, from, until});
    return {};
}

Result<std::vector<ConsentProvision>> read_provisions(const json& consent, const std::string& path,
                                                      std::string_view zone) {
    const auto root_path = path + ".provision";
    const json* root = member(consent, "provision");
    if (root == nullptr || !root->is_object())
        return wrong(root_path, "the provision that denies by default");
    if (text_of(*root, "type") != "deny")
        return wrong(root_path + ".type", "deny: what is permitted stands in the provisions inside");
    if (has_some(*root, "modifierExtension"))
        return wrong(root_path + ".modifierExtension", "none: it would change what is said");
    const auto outer = read_period(*root, root_path, zone);
    if (!outer) return failure(outer.error());
    const auto& inner = list_of(*root, "provision");
    if (inner.size() > most_provisions) return wrong(root_path + ".provision", "at most 1000");
    std::vector<ConsentProvision> provisions;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        const auto place = root_path + ".provision[" + std::to_string(i) + "]";
        if (auto read = read_provision(inner[i], place, *outer, zone, provisions); !read)
            return failure(std::move(read.error()));
    }
    return provisions;
}

// ---- which document it is

Result<void> read_names(const json& consent, const std::string& path, model::ConsentDocument& into) {
    for (const auto& identifier : list_of(consent, "identifier")) {
        const auto value = text_of(identifier, "value");
        if (value.empty() || !into.identifier.empty()) continue;
        into.identifier = text_of(identifier, "system") + "|" + value;
    }
    into.id = text_of(consent, "id");
    if (into.identifier.empty() && into.id.empty())
        return wrong(path + ".id", "an id or an identifier, by which later versions are known");
    into.policy = text_of(list_of(consent, "policy").empty() ? json() : consent["policy"][0], "uri");
    if (std::max({into.identifier.size(), into.id.size(), into.policy.size()}) > longest_name)
        return wrong(path + ".identifier", "id, identifier and policy.uri of at most 1000 octets");
    return {};
}

Result<std::optional<Instant>> time_in(const json& object, const char* name, const std::string& path,
                                       std::string_view zone) {
    if (member(object, name) == nullptr) return std::nullopt;
    const auto read = read_date_time(text_of(object, name), zone);
    if (!read) return failure(Error(read.error()).during(path + "." + name));
    return read->from;
}

Result<void> read_times(const json& consent, const std::string& path, std::string_view zone,
                        model::ConsentDocument& into) {
    const auto stated = time_in(consent, "dateTime", path, zone);
    if (!stated) return failure(stated.error());
    into.stated = *stated;
    const json* meta = member(consent, "meta");
    if (meta == nullptr || !meta->is_object()) return {};
    const auto version = time_in(*meta, "lastUpdated", path + ".meta", zone);
    if (!version) return failure(version.error());
    into.version = *version;
    return {};
}

}  // namespace

Result<PatientConsent> read_consent(const ConsentResource& resource, std::string_view zone) {
    const auto& path = resource.path;
    const auto consent = parse_strictly(resource.json);
    if (!consent) return failure(Error(consent.error()).during(path));
    if (text_of(*consent, "resourceType") != "Consent") return wrong(path + ".resourceType", "Consent");
    if (!is_broad_consent(*consent))
        return wrong(path + ".meta.profile",
                     "the profile mii-pr-consent-einwilligung, or the category of the "
                     "MII Broad Consent");
    for (const char* name : {"modifierExtension", "implicitRules"}) {
        if (has_some(*consent, name)) return wrong(path + "." + name, "none: it would change what is said");
    }
    PatientConsent made;
    const auto status = model::parse_consent_status(text_of(*consent, "status"));
    if (!status)
        return wrong(path + ".status", "draft, proposed, active, rejected, inactive or entered-in-error");
    made.document.status = *status;
    if (auto read = read_names(*consent, path, made.document); !read) return failure(std::move(read.error()));
    if (auto read = read_times(*consent, path, zone, made.document); !read)
        return failure(std::move(read.error()));
    auto patient = read_patient(*consent, path);
    if (!patient) return failure(std::move(patient.error()));
    made.patient = *std::move(patient);
    // What another status once said needs no reading to be taken back.
    if (*status != model::ConsentStatus::active) return made;
    auto provisions = read_provisions(*consent, path, zone);
    if (!provisions) return failure(std::move(provisions.error()));
    made.document.provisions = *std::move(provisions);
    return made;
}

}  // namespace edgeward::fhir
