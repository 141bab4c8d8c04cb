#include <edgeward/fhir/alert_bundle.hpp>
#include <edgeward/fhir/bundle.hpp>

namespace edgeward::fhir {
namespace {

std::string read_uri(config::Section& section, std::string_view key, std::string uri) {
    if (!uri.empty() && uri.find(':') == std::string::npos)
        section.problem(key, "expected a URI such as https://hospital.example/devices or urn:oid:1.2.3");
    return uri;
}

// What every kind of bundle has.
void read_common(config::Section& section, BundleSettings& settings) {
    if (section.choice("conditional_form", "standard", {"standard", "with_type"}) == "with_type")
        settings.conditional = ConditionalForm::with_type;
    settings.device_system =
        read_uri(section, "device_system",
                 section.required_text("device_system", "a URI under which device ids are unique"));
    settings.source = read_uri(section, "source", section.text("source", ""));
}

}  // namespace

BundleSettings read_bundle_settings(config::Section section) {
    BundleSettings settings;
    if (section.choice("profiles", "base", {"base", "isik"}) == "isik") settings.profiles = ProfileSet::isik;
    read_common(section, settings);
    if (section.choice("form", "transaction", {"transaction", "isik_report"}) == "isik_report")
        settings.form = BundleForm::isik_report;
    settings.mii_codings = section.flag("mii_codings", settings.mii_codings);
    settings.account_system = read_uri(section, "account_system", section.text("account_system", ""));
    if (settings.form == BundleForm::isik_report && settings.account_system.empty())
        section.problem("account_system", "expected a URI: an ISiK report names the case by its number");
    if (settings.form == BundleForm::isik_report && settings.profiles != ProfileSet::isik)
        section.problem("profiles", "expected isik: the report is one of ISiK");
    settings.pseudonym_system = read_uri(section, "pseudonym_system", section.text("pseudonym_system", ""));
    settings.visit_system = read_uri(section, "visit_system", section.text("visit_system", ""));
    return settings;
}

BundleSettings read_alert_settings(config::Section section) {
    BundleSettings settings;
    read_common(section, settings);
    return settings;
}

}  // namespace edgeward::fhir
