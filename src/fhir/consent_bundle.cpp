// Which Consents a resource holds, and whose each is.

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include <edgeward/fhir/consent.hpp>
#include <edgeward/fhir/strict_json.hpp>

namespace edgeward::fhir {
namespace {

using nlohmann::json;

constexpr std::size_t most_consents = 10'000;
constexpr int deepest_bundle = 4;

std::string text_of(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_resource(const json& value, std::string_view type) {
    return value.is_object() && text_of(value, "resourceType") == type;
}

std::string at(const std::string& path, std::size_t index) {
    return path + ".entry[" + std::to_string(index) + "].resource";
}

// The Patient of one Bundle that a reference names: by fullUrl, or as Patient/<id>.
const json* patient_in(const json& entries, const std::string& reference) {
    for (const auto& entry : entries) {
        const auto resource = entry.is_object() ? entry.find("resource") : entry.end();
        if (!entry.is_object() || resource == entry.end() || !is_resource(*resource, "Patient")) continue;
        const auto url = text_of(entry, "fullUrl");
        if (url == reference || url.ends_with("/" + reference)) return &*resource;
        if (const auto id = text_of(*resource, "id"); !id.empty() && reference == "Patient/" + id)
            return &*resource;
    }
    return nullptr;
}

// Brings the Patient of the Bundle into the Consent, as far as it says who it is.
void embed_patient(json& consent, const json& entries) {
    const auto patient = consent.find("patient");
    if (patient == consent.end() || !patient->is_object()) return;
    const auto reference = text_of(*patient, "reference");
    if (reference.empty() || reference.starts_with("#")) return;
    const json* found = patient_in(entries, reference);
    if (found == nullptr) return;
    json contained = {{"resourceType", "Patient"}, {"id", "of-the-bundle"}};
    if (found->contains("identifier")) contained["identifier"] = found->at("identifier");
    auto& all = consent["contained"];
    if (!all.is_array()) all = json::array();
    all.push_back(std::move(contained));
    (*patient)["reference"] = "#of-the-bundle";
}

class Splitter {
public:
    Result<void> take(json& resource, const std::string& path, int depth) {
        if (is_resource(resource, "Bundle")) return take_bundle(resource, path, depth);
        if (!is_resource(resource, "Consent")) return {};
        if (made_.size() == most_consents)
            return failure(ErrorKind::invalid_input, path + ": expected at most 10,000 Consents");
        resource.erase("text");
        made_.push_back({path, resource.dump(-1, ' ', false, json::error_handler_t::replace)});
        return {};
    }
    std::vector<ConsentResource> made() && { return std::move(made_); }

private:
    Result<void> take_bundle(json& bundle, const std::string& path, int depth) {
        if (depth == deepest_bundle)
            return failure(ErrorKind::invalid_input, path + ": expected at most 4 Bundles in each other");
        const auto entries = bundle.find("entry");
        if (entries == bundle.end()) return {};
        if (!entries->is_array()) return failure(ErrorKind::invalid_input, path + ".entry: expected a list");
        for (std::size_t i = 0; i < entries->size(); ++i) {
            auto& entry = (*entries)[i];
            if (!entry.is_object() || !entry.contains("resource")) continue;
            auto& resource = entry["resource"];
            if (is_resource(resource, "Consent")) embed_patient(resource, *entries);
            if (auto taken = take(resource, at(path, i), depth + 1); !taken) return taken;
        }
        return {};
    }
    std::vector<ConsentResource> made_;
};

}  // namespace

Result<std::vector<ConsentResource>> split_consents(std::string_view text) {
    auto resource = parse_strictly(text);
    if (!resource) return failure(std::move(resource.error()));
    const auto type = text_of(*resource, "resourceType");
    if (type != "Consent" && type != "Bundle")
        return failure(ErrorKind::invalid_input, "resourceType: expected Consent or Bundle");
    Splitter splitter;
    if (auto taken = splitter.take(*resource, type, 0); !taken) return failure(std::move(taken.error()));
    auto made = std::move(splitter).made();
    if (made.empty()) return failure(ErrorKind::invalid_input, "Bundle.entry: expected a Consent");
    return made;
}

}  // namespace edgeward::fhir
