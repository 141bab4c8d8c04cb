#pragma once

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>

#include <edgeward/admin/admin_server.hpp>
#include <edgeward/anchoring/anchor_service.hpp>
#include <edgeward/backup/backup_service.hpp>
#include <edgeward/core/folder_lock.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/crypto/signature.hpp>
#include <edgeward/notification/alarm_service.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>
#include <edgeward/report/installation.hpp>

#include "access_gate.hpp"
#include "book_audit.hpp"
#include "book_metrics.hpp"
#include "change_recorder.hpp"
#include "commitment_keeper.hpp"
#include "control_desk.hpp"
#include "control_erasures.hpp"
#include "destination_transport.hpp"
#include "device_enrolment.hpp"
#include "device_metrics.hpp"
#include "disk_watch.hpp"
#include "fhir_server.hpp"
#include "gateway.hpp"
#include "io_thread.hpp"
#include "object_keeper.hpp"
#include "patient_administration.hpp"
#include "process_metrics.hpp"
#include "security_key_desk.hpp"
#include "sign_in_desk.hpp"
#include "traffic_history.hpp"

namespace edgeward::app {

// A record of what the gateway did by itself.
audit::Event event_of(audit::Action action, std::string object);

// Where messages come from; its place in the list is its number in the pipeline.
struct NamedSource {
    const char* name;
    std::unique_ptr<ingest::ObservationSource> source;
};

// What the gateway is made of, in the order of the data: later ones use earlier ones and end before them.
struct Gateway::Parts {
    // What must be opened first, because it can fail.
    struct Opened {
        Configuration configuration;
        std::filesystem::path file;
        crypto::KeyRing keys;
        Secret wrapping;
        std::unique_ptr<vault::IdentityVault> vault;
        std::unique_ptr<DiskReserve> reserve;
        store::StoreParts store;
        std::vector<std::unique_ptr<store::StoreReader>> delivery_readers;  // one for each delivery thread
        store::Reconciler reconciler;
    };
    explicit Parts(Opened opened);

    [[nodiscard]] std::vector<admin::PartHealth> health() const;
    void tell_source(std::size_t from, const store::Inbound& inbound);
    // Whether every source could bring messages.
    [[nodiscard]] bool listening() const {
        return std::all_of(sources.begin(), sources.end(),
                           [](const auto& each) { return each.source->status().connected; });
    }
    std::vector<delivery::DeliveryThread> make_delivery_threads();  // not started yet
    void start_io();
    void end_io();
    // Everything the admin server answers; `reload` reads the configuration again.
    [[nodiscard]] admin::Routes routes(std::function<Result<void>()> reload);
    [[nodiscard]] pipeline::ReportWatcher watcher();
    Result<void> open_alarms();
    Result<void> open_backups();
    // Nothing without admin.api.
    Result<void> open_accounts();
    // Starting, in this order. First the records of this start, and what the last run has left half done:
    Result<void> settle_the_past();
    // then from what is stored to the destinations, and from the sources to the store;
    Result<void> begin_work();
    Result<void> begin_sources();
    // at last what others ask the gateway by, and what looks after it while it runs.
    Result<void> open_doors(std::function<Result<void>()> reload);
    // 0: there is no such account.
    Result<std::int64_t> account_number(std::string_view name);
    Result<void> open_anchors();
    Result<void> open_enrolment();
    // The source of DICOM objects, when it is enabled.
    void open_dicom();
    // A device has come or gone: the pipeline's registry follows, the rest of its catalogue stays.
    void devices_changed();
    void follow(device::DeviceRegistry registry);
    // A vault put back from an older copy has forgotten again whom the erasure ledger knows.
    Result<void> tell_replayed_erasures();
    // Where an erased person's keys still lie outside vault.db.
    Result<std::vector<vault::ErasureCertificate::RemainingBackup>> remaining_backups(bool data_too) const;
    [[nodiscard]] admin::Routes erasure_routes() {
        return app::erasure_routes({*vault, *store.reader, *store.writer, changes, pipeline, delivery,
                                    quarantine_key, system_clock(), erasing});
    }
    Result<void> audit(audit::Event event) {
        return store.writer->run([&event](store::ObservationStore& to) { return to.append_audit(event); });
    }

    // Of the data folder: what a second gateway wrote would break this one's audit chain.
    std::optional<FolderLock> lock;
    Configuration configuration;
    std::filesystem::path file;
    std::vector<config::Setting> settings;  // in force, to see what a reload would change
    std::vector<MappingFile> mappings;      // likewise
    report::Installation installation;      // what they say, for papers
    crypto::KeyRing keys;
    Secret wrapping;  // of the keys of backups
    config::Credentials credentials;
    metrics::Registry metrics;
    crypto::SealingKey technical_key;
    crypto::SealingKey quarantine_key;
    pseudonym::Pseudonymizer pseudonymizer;
    std::unique_ptr<vault::IdentityVault> vault;
    std::unique_ptr<DiskReserve> reserve;  // the writer gives it up
    store::StoreParts store;
    std::vector<std::unique_ptr<store::StoreReader>> delivery_readers;
    store::Reconciler reconciler;
    IoThread io{"ew-io"};
    std::deque<IoThread> delivery_threads;  // one for each of the readers
    // Where reports that come to our DICOM port find the destination that waits for them.
    const std::shared_ptr<transport::CommitmentDesk> commitments =
        std::make_shared<transport::CommitmentDesk>();
    delivery::DeliveryService delivery;
    std::vector<NamedSource> sources;                    // fixed once opened
    std::unique_ptr<notification::AlarmService> alarms;  // nothing while alarms are not enabled
    pipeline::InboundPipeline pipeline;
    ProcessMetrics process;
    ChangeRecorder changes;
    BookMetrics books;
    BookAudit book_audit;
    TrafficHistory traffic;
    DiskWatch disk;
    DeviceMetrics devices;
    RetentionKeeper retention;
    ObjectKeeper objects;
    CommitmentKeeper promises;  // of archives, to senders of objects
    PatientAdministration administration;
    ControlDesk control;
    AccessGate gate;
    ErasureKeeper erasing;
    std::unique_ptr<access::AccountBook> accounts;  // nothing while admin.api is false
    access::SessionBook sessions;
    std::unique_ptr<SignInDesk> sign_in;             // likewise
    std::unique_ptr<SecurityKeyDesk> security_keys;  // likewise
    std::unique_ptr<backup::BackupService> backups;
    std::unique_ptr<anchoring::AnchorService> anchors;
    std::unique_ptr<DeviceEnrolment> enrolment;
    FhirServer fhir_server;
    std::unique_ptr<admin::AdminServer> admin;
    std::mutex reloading;  // of what is in force; SIGHUP and the control socket may ask at the same time
    bool running = false;
};

}  // namespace edgeward::app
