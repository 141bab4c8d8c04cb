#include "configuration.hpp"

#include <algorithm>

#include <edgeward/core/file.hpp>
#include <edgeward/core/folder.hpp>
#include <edgeward/policy/policy_files.hpp>

namespace edgeward::app {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

GatewaySettings read_gateway(config::Section root) {
    GatewaySettings settings;
    auto section = root.table("gateway");
    settings.data_folder = section.file("data_folder", settings.data_folder);
    settings.mappings_folder = section.file("mappings_folder", settings.mappings_folder);
    settings.credentials_folder = section.file("credentials_folder", settings.credentials_folder);
    settings.key_encryption_key = section.text("key_encryption_key", settings.key_encryption_key);
    settings.zone = section.time_zone("zone", settings.zone);
    settings.shutdown_patience =
        section.duration("shutdown_patience", settings.shutdown_patience, seconds(1), minutes(5));
    settings.quarantine_retention =
        section.duration("quarantine_retention", settings.quarantine_retention, hours(1), hours(24 * 365));

    auto logging = root.table("log");
    settings.log_level =
        *log::parse_level(logging.choice("level", "info", {"debug", "info", "warning", "error"}));
    settings.log_format =
        *log::parse_format(logging.choice("format", "journal", {"journal", "text", "json"}));
    return settings;
}

store::StoreSettings read_store(config::Section root, const std::filesystem::path& folder) {
    store::StoreSettings settings;
    auto section = root.table("audit");
    settings.folder = folder;
    settings.checkpoint_interval = std::chrono::duration_cast<seconds>(
        section.duration("checkpoint_interval", settings.checkpoint_interval, seconds(1), hours(1)));
    settings.checkpoint_records = static_cast<std::uint64_t>(section.whole_number(
        "checkpoint_records", static_cast<std::int64_t>(settings.checkpoint_records), 1, 1'000'000));
    return settings;
}

pipeline::PipelineSettings read_pipeline(config::Section root) {
    pipeline::PipelineSettings settings;
    auto section = root.table("pipeline");
    settings.queue_capacity = static_cast<std::size_t>(section.whole_number(
        "queue_capacity", static_cast<std::int64_t>(settings.queue_capacity), 16, 65536));
    settings.batch_limit = static_cast<std::size_t>(
        section.whole_number("batch_limit", static_cast<std::int64_t>(settings.batch_limit), 1, 4096));
    settings.largest_message = static_cast<std::size_t>(
        section.size("largest_message", settings.largest_message, 1024, std::uint64_t{3} << 20U));
    settings.watch = device::read_watch_settings(root.table("watch"));
    return settings;
}

// Of a device whose objects come by [dicom_in]: nothing of it is mapped.
constexpr std::string_view object_mapping = "dicom";

// A device whose mapping is not there could only fill the quarantine.
void check_mappings(config::Section root, const pipeline::Catalogue& catalogue) {
    auto sections = root.tables("device");
    for (auto& kind : root.tables("device_class"))
        sections.push_back(std::move(kind));
    for (auto& section : sections) {
        const std::string mapping = section.text("mapping", "");
        if (mapping == object_mapping) continue;
        if (mapping.empty() || catalogue.mappings.find(mapping) != nullptr) continue;
        const auto near = config::nearest(mapping, catalogue.mappings.names());
        section.problem("mapping", "expected the name of an installed mapping" +
                                       (near ? "; did you mean " + *near + "?" : std::string()));
    }
}

// A sender's numbers would belong to nobody.
void check_senders(config::Section table, const std::vector<delivery::Authority>& authorities) {
    for (auto sender : table.tables("sender")) {
        const std::string named = sender.text("authority", "");
        const auto is_known = [&](const delivery::Authority& known) { return known.name == named; };
        if (!named.empty() && std::none_of(authorities.begin(), authorities.end(), is_known))
            sender.problem("authority", "expected the name of a configured [[authority]]");
    }
}

void take_authority(const delivery::Authority& authority, pipeline::Catalogue& into) {
    into.authorities.insert(authority.name);
    if (!authority.system.empty()) into.systems.emplace(authority.system, authority.name);
}

// [hl7_in]: what its messages need to be read, into the catalogue.
ingest::MllpListenerSettings read_results(config::Section section) {
    ingest::MllpListenerSettings defaults;
    defaults.use = ingest::results_use();
    defaults.port = 2576;
    return ingest::read_mllp_listener_settings(std::move(section), std::move(defaults));
}

void take_result_senders(config::Section section, const std::vector<delivery::Authority>& authorities,
                         pipeline::Catalogue& into) {
    for (auto one : section.tables("sender")) {
        const std::string device = one.text("device", "");
        if (!device.empty() && into.devices.find(device) == nullptr)
            one.problem("device", "expected the id of a [[device]]");
    }
    for (auto& sender : pipeline::read_result_senders(section))
        into.result_senders.emplace(sender.name, sender);
    for (const auto& authority : authorities) {
        into.designators[authority.name] = {authority.name, authority.oid,
                                            authority.oid.empty() ? "" : "ISO"};
    }
}

void take_object_senders(config::Section section, pipeline::Catalogue& into) {
    for (auto one : section.tables("sender")) {
        const std::string device = one.text("device", "");
        if (!device.empty() && into.devices.find(device) == nullptr)
            one.problem("device", "expected the id of a [[device]]");
    }
    for (auto& sender : pipeline::read_object_senders(section))
        into.object_senders.emplace(sender.name, sender);
}

void append_file(Bytes& to, const std::filesystem::path& file) {
    const auto content = read_file(file);
    if (!content) return;
    const auto octets = bytes_of(*content);
    to.insert(to.end(), octets.begin(), octets.end());
}

// Adds what lies in the files to `loaded`: each mapping's digest, and one over the configuration file and the
// mappings in name order.
void take_digests(LoadedConfiguration& loaded, const std::filesystem::path& file) {
    Bytes all;
    append_file(all, file);
    const auto mappings = files_in(loaded.configuration.gateway.mappings_folder, ".toml");
    for (const auto& mapping : mappings.value_or(std::vector<std::filesystem::path>())) {
        Bytes own;
        append_file(own, mapping);
        all.insert(all.end(), own.begin(), own.end());
        loaded.mappings.push_back({mapping.filename().string(), crypto::sha256(own)});
    }
    if (loaded.configuration.alarm.enabled) {
        const auto& rules = loaded.configuration.alarm_rules.digest;
        all.insert(all.end(), rules.begin(), rules.end());
    }
    loaded.configuration.digest = crypto::sha256(all);
}

// Tables that need no other.
void read_tables(config::Section& root, Configuration& configuration) {
    configuration.gateway = read_gateway(root);
    configuration.mqtt = ingest::read_mqtt_settings(root.table("mqtt"));
    configuration.intake = ingest::read_intake_settings(root.table("intake"));
    configuration.adt = ingest::read_mllp_listener_settings(root.table("adt"));
    configuration.hl7_in = read_results(root.table("hl7_in"));
    configuration.dicom_in = ingest::read_dicom_source_settings(root.table("dicom_in"));
    configuration.commitment_peers = read_commitment_peers(root.table("dicom_in"));
    configuration.adt_senders = pipeline::read_adt_senders(root.table("adt"));
    configuration.retention = read_retention_settings(root.table("retention"));
    configuration.store = read_store(root, configuration.gateway.data_folder);
    configuration.books = read_books_settings(root.table("books"));
    configuration.disk = read_disk_settings(root.table("disk"));
    configuration.pipeline = read_pipeline(root);
    configuration.admin = admin::read_admin_settings(root.table("admin"));
    configuration.backup = backup::read_backup_settings(root.table("backup"), configuration.gateway.zone);
    configuration.policy = read_policy_settings(root.table("policy"));
    configuration.alarm = notification::read_alarm_settings(root.table("alarm"));
    configuration.siem = anchoring::read_siem_settings(root.table("siem"));
    configuration.witness = anchoring::read_witness_settings(root.table("witness"));
}

}  // namespace

LoadedConfiguration load_configuration(const std::filesystem::path& file) {
    LoadedConfiguration loaded;
    auto document = config::Document::load(file);
    auto& configuration = loaded.configuration;
    if (document.sound()) {
        auto root = document.root();
        read_tables(root, configuration);
        alarm::LoadedRules rules;
        if (configuration.alarm.enabled) rules = alarm::load_rules(configuration.alarm.rules_folder);
        configuration.alarm_rules = std::move(rules.set);
        auto policies = policy::load_policies(configuration.policy.folder);
        auto mappings = mapping::load_mappings(configuration.gateway.mappings_folder);
        loaded.warnings = std::move(mappings.warnings);
        configuration.device_classes = device::read_device_classes(root);
        configuration.enrolment =
            enrolment::read_enrolment_settings(root.table("enrolment"), configuration.device_classes);
        configuration.catalogue = {device::read_devices(root, configuration.device_classes),
                                   std::move(mappings.set),
                                   configuration.gateway.zone,
                                   {}};
        check_mappings(root, configuration.catalogue);
        configuration.authorities = delivery::read_authorities(root);
        check_senders(root.table("adt"), configuration.authorities);
        check_senders(root.table("hl7_in"), configuration.authorities);
        check_senders(root.table("dicom_in"), configuration.authorities);
        take_result_senders(root.table("hl7_in"), configuration.authorities, configuration.catalogue);
        take_object_senders(root.table("dicom_in"), configuration.catalogue);
        for (const auto& authority : configuration.authorities)
            take_authority(authority, configuration.catalogue);
        configuration.delivery = {delivery::read_destinations(root, configuration.authorities),
                                  configuration.catalogue.devices, std::move(policies.decider)};
        configuration.fhir_server = delivery::read_fhir_server_settings(
            root.table("fhir_server"), configuration.authorities, configuration.delivery.destinations);
        document.refuse_unread_keys();
        loaded.problems = document.problems();
        loaded.problems.insert(loaded.problems.end(), mappings.problems.begin(), mappings.problems.end());
        loaded.problems.insert(loaded.problems.end(), policies.problems.begin(), policies.problems.end());
        loaded.problems.insert(loaded.problems.end(), rules.problems.begin(), rules.problems.end());
        take_digests(loaded, file);
        loaded.settings = document.settings();
    } else {
        loaded.problems = document.problems();
    }
    return loaded;
}

}  // namespace edgeward::app
