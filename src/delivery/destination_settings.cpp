#include <edgeward/delivery/destination_settings.hpp>

#include <algorithm>
#include <chrono>
#include <set>

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "consumer.hpp"

namespace edgeward::delivery {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

bool is_name(std::string_view text, std::string_view extra, std::size_t most) {
    return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || extra.find(c) != std::string_view::npos;
    });
}

void read_privacy(config::Section& section, DestinationSettings& settings) {
    const auto purpose = model::parse_purpose(
        section.choice("purpose", "treatment", {"treatment", "research", "quality", "maintenance"}));
    if (purpose) settings.purpose = *purpose;
    const auto level = model::parse_identity_level(section.choice(
        "identity_level", "technical", {"identified", "pseudonymous", "anonymised", "technical"}));
    if (level) settings.level = *level;
    if (!section.has("purpose"))
        section.problem("purpose", "expected the purpose of the processing, got nothing");
    if (!section.has("identity_level")) {
        section.problem("identity_level",
                        "expected identified, pseudonymous, anonymised or technical, got nothing");
    }
    settings.legal_basis = section.choice("legal_basis", "none", {"art9-2h", "art9-2j", "consent", "none"});
    if (settings.level == model::IdentityLevel::identified && settings.purpose != model::Purpose::treatment) {
        section.problem("identity_level",
                        "expected pseudonymous, anonymised or technical: only treatment may be identified");
    }
    if (settings.level == model::IdentityLevel::anonymised && settings.purpose == model::Purpose::treatment) {
        section.problem("identity_level",
                        "expected identified or pseudonymous: nobody is treated anonymised");
    }
    if (settings.level != model::IdentityLevel::technical && settings.legal_basis == "none") {
        section.problem("legal_basis", "expected art9-2h, art9-2j or consent for data about persons");
    }
}

constexpr model::Category all_classes[] = {model::Category::vital_sign, model::Category::measurement,
                                           model::Category::setting, model::Category::laboratory,
                                           model::Category::technical};

void read_selection(config::Section& section, DestinationSettings& settings) {
    settings.wards = section.texts("wards");
    settings.codes = section.texts("codes");
    for (const auto& word : section.texts("data_classes")) {
        const auto* const named = std::find_if(std::begin(all_classes), std::end(all_classes),
                                               [&](model::Category one) { return word == name_of(one); });
        if (named == std::end(all_classes)) {
            section.problem("data_classes",
                            "expected vital_sign, measurement, setting, laboratory or technical");
        } else {
            settings.data_classes.push_back(*named);
        }
    }
    settings.retention = section.duration("retention", hours(0), hours(0), hours(24 * 36500));
}

void read_generalisation(config::Section& section, DestinationSettings& settings) {
    auto table = section.table("anonymised");
    const bool anonymised = settings.level == model::IdentityLevel::anonymised;
    if (anonymised) settings.anonymised = read_anonymised_settings(table);
    if (!anonymised && table.exists())
        section.problem("anonymised", "expected it only with identity_level = \"anonymised\"");
    const auto* fhir = std::get_if<FhirForm>(&settings.form);
    if (anonymised && fhir != nullptr && fhir->bundle.profiles == fhir::ProfileSet::isik)
        section.table("fhir").problem("profiles", "expected base: ISiK is about a hospital's own patients");
}

void read_pseudonyms(config::Section& section, DestinationSettings& settings) {
    settings.domain = section.text("domain", settings.name);
    settings.pseudonym_prefix = section.text("pseudonym_prefix", "P");
    settings.pseudonym_oid = section.text("pseudonym_oid", "");
    if (!pseudonym::is_prefix(settings.pseudonym_prefix)) {
        section.problem("pseudonym_prefix", "expected 1 to 8 capital letters and digits");
    }
}

void read_object_form(config::Section& section, const std::string& kind, DestinationSettings& settings) {
    auto table = section.table(kind);
    if (!table.exists()) section.problem(kind, "expected a table [destination." + kind + "]");
    const auto profile = dicom::read_profile_options(section.table("deidentification"));
    if (kind == "dicom")
        settings.form = DicomForm{profile, transport::read_dicom_settings(table)};
    else
        settings.form = DicomwebForm{profile, transport::read_stow_settings(table)};
    const bool possible = settings.level == model::IdentityLevel::identified ||
                          settings.level == model::IdentityLevel::pseudonymous;
    if (!possible) section.problem("level", "expected identified or pseudonymous for DICOM objects");
}

void read_form(config::Section& section, DestinationSettings& settings) {
    const std::string kind = section.choice("kind", "hl7", {"hl7", "fhir", "dicom", "dicomweb"});
    if (!section.has("kind")) section.problem("kind", "expected hl7, fhir, dicom or dicomweb, got nothing");
    if (kind == "hl7") {
        auto table = section.table("hl7");
        if (!table.exists()) section.problem("hl7", "expected a table [destination.hl7]");
        settings.form = Hl7Form{hl7::read_oru_settings(table), transport::read_mllp_settings(table)};
    } else if (kind == "dicom" || kind == "dicomweb") {
        read_object_form(section, kind, settings);
    } else {
        auto table = section.table("fhir");
        if (!table.exists()) section.problem("fhir", "expected a table [destination.fhir]");
        FhirForm fhir{fhir::read_bundle_settings(table), transport::read_fhir_settings(table)};
        fhir.connection.documents = fhir.bundle.form == fhir::BundleForm::isik_report;
        settings.case_patience =
            table.duration("case_patience", settings.case_patience, minutes(1), hours(24 * 90));
        if (fhir.connection.documents && settings.level != model::IdentityLevel::identified)
            section.problem("identity_level", "expected identified: an ISiK report is about a known patient");
        settings.form = std::move(fhir);
    }
}

DestinationSettings read_destination(config::Section section, const InspectionSettings& inspection) {
    DestinationSettings settings = read_consumer(section);
    settings.backoff.first = section.duration("retry_first", seconds(1), milliseconds(10), hours(1));
    settings.backoff.longest = section.duration("retry_longest", seconds(60), milliseconds(10), hours(24));
    settings.attempts = static_cast<std::uint32_t>(section.whole_number("attempts", 20, 1, 1000));
    settings.inspection = read_inspection_settings(section.table("dlp"), inspection);
    settings.volume = read_volume_settings(section.table("volume"));
    read_form(section, settings);
    read_generalisation(section, settings);
    return settings;
}

// HL7 and FHIR name an authority in their own ways.
void tell_authorities(DestinationSettings& settings, const std::vector<Authority>& authorities) {
    if (auto* hl7 = std::get_if<Hl7Form>(&settings.form)) {
        for (const auto& authority : authorities) {
            hl7->message.authorities[authority.name] = {authority.name, authority.oid,
                                                        authority.oid.empty() ? "" : "ISO"};
        }
        hl7->message.authorities[settings.domain] = {settings.domain, settings.pseudonym_oid,
                                                     settings.pseudonym_oid.empty() ? "" : "ISO"};
        return;
    }
    auto* fhir = std::get_if<FhirForm>(&settings.form);
    if (fhir == nullptr) return;
    for (const auto& authority : authorities)
        fhir->bundle.authorities[authority.name] = {authority.system, authority.type};
}

}  // namespace

DestinationSettings read_consumer(config::Section& section) {
    DestinationSettings settings;
    settings.name = section.required_text("name", "a name of a-z, 0-9 and -");
    if (!settings.name.empty() && !is_name(settings.name, "-", 32)) {
        section.problem("name", "expected 1 to 32 of a-z, 0-9 and -");
    }
    read_privacy(section, settings);
    read_pseudonyms(section, settings);
    read_selection(section, settings);
    return settings;
}

std::vector<Authority> read_authorities(config::Section root) {
    std::vector<Authority> authorities;
    std::set<std::string> names;
    for (auto section : root.tables("authority")) {
        Authority authority;
        authority.name = section.required_text("name", "the authority's name");
        authority.oid = section.text("oid", "");
        authority.system = section.text("system", authority.oid.empty() ? "" : "urn:oid:" + authority.oid);
        authority.type = section.text("type", "");
        if (authority.system.empty()) section.problem("system", "expected a URI, or an oid to make one from");
        if (!names.insert(authority.name).second) section.problem("name", "this authority is named twice");
        authorities.push_back(std::move(authority));
    }
    return authorities;
}

std::vector<DestinationSettings> read_destinations(config::Section root,
                                                   const std::vector<Authority>& authorities) {
    std::vector<DestinationSettings> destinations;
    std::set<std::string> names;
    const InspectionSettings inspection = read_inspection_settings(root.table("dlp"));
    for (const auto& section : root.tables("destination")) {
        auto settings = read_destination(section, inspection);
        if (!names.insert(settings.name).second) {
            config::Section(section).problem("name", "this destination is named twice");
        }
        tell_authorities(settings, authorities);
        destinations.push_back(std::move(settings));
    }
    return destinations;
}

}  // namespace edgeward::delivery
