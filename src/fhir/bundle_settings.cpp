#include <edgeward/fhir/bundle.hpp>

namespace edgeward::fhir {
namespace {

std::string read_uri(config::Section& section, std::string_view key, std::string uri) {
    if (!uri.empty() && uri.find(':') == std::string::npos)
        section.problem(key, "expected a URI such as https://hospital.example/devices or urn:oid:1.2.3");
    return uri;
}

}  // namespace

BundleSettings read_bundle_settings(config::Section section) {
    BundleSettings settings;
    if (section.choice("profiles", "base", {"base", "isik"}) == "isik") settings.profiles = ProfileSet::isik;
    if (section.choice("conditional_form", "standard", {"standard", "with_type"}) == "with_type")
        settings.conditional = ConditionalForm::with_type;
    settings.device_system =
        read_uri(section, "device_system",
                 section.required_text("device_system", "a URI under which device ids are unique"));
    settings.pseudonym_system = read_uri(section, "pseudonym_system", section.text("pseudonym_system", ""));
    settings.visit_system = read_uri(section, "visit_system", section.text("visit_system", ""));
    settings.source = read_uri(section, "source", section.text("source", ""));
    return settings;
}

}  // namespace edgeward::fhir
