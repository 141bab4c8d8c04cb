#include "report_model.hpp"

#include <algorithm>

#include <edgeward/core/bytes.hpp>
#include <edgeward/transport/http_url.hpp>

#include "config_difference.hpp"

namespace edgeward::app {
namespace {

using model::Category;
using model::IdentityLevel;
using nlohmann::json;

std::string address_of(const std::string& host, std::uint16_t port) {
    return host + ":" + std::to_string(port);
}

std::vector<report::Source> sources_of(const Configuration& configuration) {
    std::vector<report::Source> sources;
    sources.push_back(
        {"mqtt", "MQTT", address_of(configuration.mqtt.host, configuration.mqtt.port), true, false});
    if (configuration.intake.enabled)
        sources.push_back({"intake", "Unix socket", configuration.intake.socket.string(), false, true});
    if (configuration.hl7_in.enabled)
        sources.push_back({"hl7_in", "HL7 v2 ORU and OUL, MLLP",
                           address_of(configuration.hl7_in.address, configuration.hl7_in.port),
                           !configuration.hl7_in.plain, configuration.hl7_in.plain});
    if (configuration.adt.enabled)
        sources.push_back({"adt", "HL7 v2 ADT, MLLP",
                           address_of(configuration.adt.address, configuration.adt.port),
                           !configuration.adt.plain, configuration.adt.plain});
    return sources;
}

// What the level lets through of the classes that are declared.
std::vector<Category> classes_of(const delivery::DestinationSettings& settings) {
    std::vector<Category> classes;
    for (const auto category : {Category::vital_sign, Category::measurement, Category::setting,
                                Category::laboratory, Category::technical}) {
        const auto& declared = settings.data_classes;
        if (!declared.empty() && std::find(declared.begin(), declared.end(), category) == declared.end())
            continue;
        if (settings.level == IdentityLevel::technical && category != Category::technical) continue;
        if (settings.level == IdentityLevel::anonymised && category == Category::technical) continue;
        classes.push_back(category);
    }
    return classes;
}

std::vector<std::string> detectors_off(const delivery::DestinationSettings& settings) {
    std::vector<std::string> off;
    if (settings.level == IdentityLevel::identified) return off;
    for (std::size_t i = 0; i < dlp::detector_count; ++i) {
        const auto detector = static_cast<dlp::Detector>(i);
        if (!settings.inspection.enabled || !settings.inspection.detectors.has(detector))
            off.emplace_back(dlp::name_of(detector));
    }
    return off;
}

report::Destination destination_of(const delivery::DestinationSettings& settings) {
    report::Destination made;
    made.name = settings.name;
    made.purpose = settings.purpose;
    made.level = settings.level;
    made.legal_basis = settings.legal_basis;
    made.data_classes = classes_of(settings);
    made.wards = settings.wards;
    made.codes = settings.codes.size();
    made.retention = settings.retention;
    made.detectors_off = detectors_off(settings);
    if (const auto* hl7 = std::get_if<delivery::Hl7Form>(&settings.form)) {
        made.transport = "HL7 v2, MLLP";
        made.address = address_of(hl7->connection.host, hl7->connection.port);
        made.encrypted = !hl7->connection.plaintext_loopback;
        made.client_certificate = made.encrypted && !hl7->connection.tls.certificate.empty();
        return made;
    }
    if (const auto* dicom = std::get_if<delivery::DicomForm>(&settings.form)) {
        made.transport = "DICOM, C-STORE";
        made.address = address_of(dicom->connection.host, dicom->connection.port);
        made.encrypted = true;
        made.client_certificate = !dicom->connection.tls.certificate.empty();
        return made;
    }
    if (const auto* dicomweb = std::get_if<delivery::DicomwebForm>(&settings.form)) {
        made.transport = "DICOM, STOW-RS";
        made.address = dicomweb->connection.url;
        made.encrypted = made.address.starts_with("https://");
        made.client_certificate = made.encrypted && !dicomweb->connection.tls.certificate.empty();
        return made;
    }
    const auto& fhir = std::get<delivery::FhirForm>(settings.form).connection;
    made.transport = "FHIR R4, HTTPS";
    made.address = fhir.url;
    made.encrypted = fhir.url.starts_with("https://");
    made.client_certificate = made.encrypted && !fhir.tls.certificate.empty();
    return made;
}

report::Door inbound(std::string name, std::string host, std::uint16_t port, bool own = true) {
    report::Door made;
    made.name = std::move(name);
    made.inbound = true;
    made.own = own;
    made.loopback = transport::is_loopback(host);
    made.host = std::move(host);
    made.port = port;
    return made;
}

report::Door outbound(std::string name, std::string host, std::uint16_t port) {
    report::Door made;
    made.name = std::move(name);
    made.loopback = transport::is_loopback(host);
    made.host = std::move(host);
    made.port = port;
    return made;
}

void add_url(const std::string& name, const std::string& text, std::vector<report::Door>& doors) {
    if (const auto url = transport::parse_http_url(text))
        doors.push_back(outbound(name, url->host, url->port));
}

// A server by HTTPS, and who gives tokens for it.
template <typename Settings>
void add_server(const std::string& name, const Settings& server, std::vector<report::Door>& doors) {
    add_url(name, server.url, doors);
    if (server.smart && !server.smart->token_endpoint.empty())
        add_url(name + " tokens", server.smart->token_endpoint, doors);
}

void add_doors_in(const Configuration& configuration, std::vector<report::Door>& doors) {
    const auto& mqtt = configuration.mqtt;
    // A broker on this machine is where the devices come in.
    if (transport::is_loopback(mqtt.host))
        doors.push_back(inbound("devices at the broker of this machine", "0.0.0.0", mqtt.port, false));
    // TLS to the broker ends in the gateway; its MQTT client comes to that on loopback.
    doors.push_back(inbound("relay to the broker", "127.0.0.1", 0));
    if (configuration.admin.https)
        doors.push_back(inbound("admin", configuration.admin.address, configuration.admin.port));
    if (configuration.dicom_in.enabled)
        doors.push_back(inbound("dicom_in", configuration.dicom_in.address, configuration.dicom_in.port));
    if (configuration.fhir_server.enabled)
        doors.push_back(
            inbound("fhir_server", configuration.fhir_server.address, configuration.fhir_server.port));
    if (configuration.enrolment.enabled)
        doors.push_back(inbound("enrolment", configuration.enrolment.address, configuration.enrolment.port));
    if (configuration.hl7_in.enabled)
        doors.push_back(inbound("hl7_in", configuration.hl7_in.address, configuration.hl7_in.port));
    if (configuration.adt.enabled)
        doors.push_back(inbound("adt", configuration.adt.address, configuration.adt.port));
}

void add_destination(const delivery::DestinationSettings& destination, std::vector<report::Door>& doors) {
    const std::string name = "destination " + destination.name;
    if (const auto* hl7 = std::get_if<delivery::Hl7Form>(&destination.form))
        doors.push_back(outbound(name, hl7->connection.host, hl7->connection.port));
    if (const auto* dicom = std::get_if<delivery::DicomForm>(&destination.form))
        doors.push_back(outbound(name, dicom->connection.host, dicom->connection.port));
    if (const auto* dicomweb = std::get_if<delivery::DicomwebForm>(&destination.form))
        add_server(name, dicomweb->connection, doors);
    if (const auto* fhir = std::get_if<delivery::FhirForm>(&destination.form))
        add_server(name, fhir->connection, doors);
}

void add_alarm_target(const notification::TargetSettings& target, std::vector<report::Door>& doors) {
    const std::string name = "alarm target " + target.name;
    if (const auto* webhook = std::get_if<notification::WebhookTarget>(&target.form))
        add_url(name, webhook->http.url, doors);
    if (const auto* alertmanager = std::get_if<notification::AlertmanagerTarget>(&target.form))
        add_url(name, alertmanager->http.url, doors);
    if (const auto* pcd04 = std::get_if<notification::Pcd04Target>(&target.form))
        doors.push_back(outbound(name, pcd04->mllp.host, pcd04->mllp.port));
    if (const auto* fhir = std::get_if<notification::FhirTarget>(&target.form))
        add_server(name, fhir->http, doors);
}

// Everything the configuration opens on the network.
std::vector<report::Door> doors_of(const Configuration& configuration) {
    std::vector<report::Door> doors;
    doors.push_back(outbound("broker", configuration.mqtt.host, configuration.mqtt.port));
    add_doors_in(configuration, doors);
    for (const auto& peer : configuration.commitment_peers)
        doors.push_back(outbound("dicom_in sender " + peer.sender, peer.node.host, peer.node.port));
    for (const auto& destination : configuration.delivery.destinations)
        add_destination(destination, doors);
    for (const auto& target : configuration.alarm.targets)
        add_alarm_target(target, doors);
    const auto& siem = configuration.siem;
    if (siem.enabled) doors.push_back(outbound("siem", siem.endpoint.host, siem.endpoint.port));
    if (configuration.witness.enabled) add_url("witness", configuration.witness.endpoint.url, doors);
    return doors;
}

std::string place_of(const model::Location& location) {
    std::string place = location.ward;
    for (const auto* part : {&location.room, &location.bed}) {
        if (!part->empty()) place.append(place.empty() ? "" : " / ").append(*part);
    }
    return place;
}

report::Device device_of(const device::Device& device) {
    report::Device made{device.id, device.mapping, device.manufacturer, place_of(device.location), false};
    if (!device.model.empty()) made.kind.append(made.kind.empty() ? "" : " ").append(device.model);
    made.identified = !device.serial.empty() || !device.eui64.empty();
    return made;
}

std::int64_t days_of(double seconds) {
    return static_cast<std::int64_t>(seconds / 86400);
}

std::string text_or_empty(const json& value) {
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::size_t settings_that_differ(const json& configuration, const std::vector<config::Setting>& file) {
    std::vector<config::Setting> running;
    for (const auto& setting : configuration.at("settings"))
        running.push_back({setting.at("setting"), setting.at("value"), setting.at("from")});
    return differences(running, file).size();
}

report::Measured read_answers(const Answers& answers, const std::vector<config::Setting>& file) {
    report::Measured made;
    if (const auto when = parse_rfc3339(answers.evidence.at("made").get<std::string>()))
        made.made = when->utc;
    made.policies = answers.evidence.at("policies").at("sha256");
    made.encryption_holds = answers.evidence.at("encryption").at("holds");
    for (const auto& one : answers.evidence.at("certificates"))
        made.certificates.push_back({one.at("credential"), days_of(one.at("seconds_left"))});
    made.version = answers.status.at("version");
    made.ready = answers.status.at("ready");
    for (const auto& part : answers.status.at("parts"))
        if (!part.at("ready").get<bool>()) made.not_ready.push_back(part.at("part"));
    made.audit_records = answers.status.at("audit").at("sequence");
    made.audit_checkpoint = answers.status.at("audit").at("checkpoint");
    for (const auto& one : answers.status.at("destinations"))
        if (!one.at("answering").get<bool>()) made.destinations_silent.push_back(one.at("name"));
    const auto& seconds = answers.status.at("disk").at("seconds_left");
    if (seconds.is_number()) made.outage_hours = seconds.get<double>() / 3600;
    made.books_balance = answers.books.at("balanced");
    made.books_as_of = answers.books.at("as_of");
    made.received = answers.books.at("inbound").at("received");
    made.backup_made = text_or_empty(answers.backups.at("last_made"));
    made.backup_verified = text_or_empty(answers.backups.at("last_verified"));
    made.recovery_key = answers.backups.at("recovery_key");
    for (const auto& device : answers.devices.at("devices"))
        if (!device.at("conditions").empty()) ++made.devices_in_trouble;
    made.settings_that_differ = settings_that_differ(answers.configuration, file);
    return made;
}

}  // namespace

report::Installation describe(const LoadedConfiguration& loaded, Instant now) {
    const auto& configuration = loaded.configuration;
    report::Installation made;
    made.version = EDGEWARD_VERSION;
    made.made = now;
    made.configuration = to_hex(configuration.digest);
    made.policies = to_hex(configuration.delivery.policy.digest());
    made.number_of_policies = configuration.delivery.policy.size();
    made.sources = sources_of(configuration);
    for (const auto& [id, device] : configuration.catalogue.devices.all())
        made.devices.push_back(device_of(device));
    for (const auto& destination : configuration.delivery.destinations)
        made.destinations.push_back(destination_of(destination));
    made.doors = doors_of(configuration);
    for (const auto& role : configuration.policy.roles)
        made.roles.push_back({role.name, role.users.size(), role.groups.size()});
    made.keeping = {configuration.retention.clinical,
                    configuration.retention.technical,
                    configuration.retention.dead_letters,
                    configuration.gateway.quarantine_retention,
                    configuration.backup.data_age,
                    configuration.backup.persons_age,
                    configuration.backup.schedule != backup::Schedule::off};
    return made;
}

Result<report::Measured> measure(const Answers& answers, const std::vector<config::Setting>& file) {
    try {
        return read_answers(answers, file);
    } catch (const json::exception&) {
        return failure(ErrorKind::unavailable, "the gateway does not answer as this version expects");
    }
}

}  // namespace edgeward::app
