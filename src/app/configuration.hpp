#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <edgeward/admin/admin_server.hpp>
#include <edgeward/anchoring/anchor_settings.hpp>
#include <edgeward/backup/backup_settings.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/delivery/delivery_service.hpp>
#include <edgeward/delivery/fhir_server_settings.hpp>
#include <edgeward/enrolment/enrolment_settings.hpp>
#include <edgeward/ingest/dicom_source.hpp>
#include <edgeward/ingest/hl7_source.hpp>
#include <edgeward/ingest/intake_source.hpp>
#include <edgeward/ingest/mqtt_source.hpp>
#include <edgeward/notification/alarm_settings.hpp>
#include <edgeward/pipeline/inbound_pipeline.hpp>
#include <edgeward/pipeline/movement_desk.hpp>
#include <edgeward/store/writer.hpp>

#include "book_audit.hpp"
#include "commitment_settings.hpp"
#include "disk_level.hpp"
#include "policy_settings.hpp"
#include "retention_keeper.hpp"

namespace edgeward::app {

// [gateway] and [log]: what belongs to no other module.
struct GatewaySettings {
    std::filesystem::path data_folder = "/var/lib/edgeward";
    std::filesystem::path mappings_folder = "/etc/edgeward/mappings";
    std::filesystem::path credentials_folder;  // evaluation without systemd; empty otherwise
    std::string key_encryption_key = "kek";    // credential: 32 octets, or 64 hexadecimal digits
    std::string zone = "Europe/Berlin";        // of device times that state none
    std::chrono::milliseconds shutdown_patience = std::chrono::seconds(20);
    std::chrono::milliseconds quarantine_retention = std::chrono::hours(24 * 30);
    log::Level log_level = log::Level::info;
    log::Format log_format = log::Format::journal;
};

// Everything a configuration file says, read and checked.
struct Configuration {
    GatewaySettings gateway;
    ingest::MqttSettings mqtt;
    ingest::IntakeSettings intake;
    ingest::MllpListenerSettings hl7_in;
    ingest::MllpListenerSettings adt;
    ingest::DicomSourceSettings dicom_in;
    std::vector<CommitmentPeer> commitment_peers;  // senders of dicom_in
    std::vector<pipeline::AdtSender> adt_senders;
    RetentionSettings retention;
    store::StoreSettings store;
    BooksSettings books;
    DiskSettings disk;
    pipeline::PipelineSettings pipeline;
    admin::AdminSettings admin;
    backup::BackupSettings backup;
    PolicySettings policy;
    device::DeviceClasses device_classes;
    enrolment::EnrolmentSettings enrolment;
    delivery::FhirServerSettings fhir_server;
    pipeline::Catalogue catalogue;
    delivery::DeliveryPlan delivery;
    std::vector<delivery::Authority> authorities;
    notification::AlarmSettings alarm;
    anchoring::SiemSettings siem;
    anchoring::WitnessSettings witness;
    alarm::RuleSet alarm_rules;  // none while alarms are not enabled
    crypto::Digest digest{};     // SHA-256 over the files, for the audit log
};

// A mapping as it lies in the mappings folder.
struct MappingFile {
    std::string file;  // its name there
    crypto::Digest digest{};
    friend bool operator==(const MappingFile&, const MappingFile&) = default;
};

struct LoadedConfiguration {
    Configuration configuration;
    std::vector<config::Problem> problems;  // any: must not be used
    std::vector<config::Problem> warnings;
    std::vector<config::Setting> settings;  // every setting that was read, for `config explain` and `diff`
    std::vector<MappingFile> mappings;      // in name order
};

// Reads the file, its mappings and policies. Every mistake is found in one pass, in file order.
LoadedConfiguration load_configuration(const std::filesystem::path& file);

}  // namespace edgeward::app
