#pragma once

#include <pthread.h>

#include <algorithm>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <edgeward/admin/admin_server.hpp>
#include <edgeward/core/folder_lock.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/crypto/signature.hpp>
#include <edgeward/notification/alarm_service.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "access_gate.hpp"
#include "book_audit.hpp"
#include "book_metrics.hpp"
#include "change_recorder.hpp"
#include "control_desk.hpp"
#include "control_erasures.hpp"
#include "destination_transport.hpp"
#include "device_metrics.hpp"
#include "disk_watch.hpp"
#include "gateway.hpp"
#include "patient_administration.hpp"
#include "process_metrics.hpp"

namespace edgeward::app {

// Where messages come from; its place in the list is its number in the pipeline.
struct NamedSource {
    const char* name;
    std::unique_ptr<ingest::ObservationSource> source;
};

// What the gateway is made of, in the order of the data: later ones use earlier ones and end before them.
struct Gateway::Parts {
    Parts(Configuration chosen, std::filesystem::path path, crypto::KeyRing ring, Secret backup_wrapping,
          std::unique_ptr<vault::IdentityVault> opened_vault, store::StoreParts opened_store,
          store::Reconciler opened_reconciler)
        : configuration(std::move(chosen)),
          file(std::move(path)),
          keys(std::move(ring)),
          wrapping(std::move(backup_wrapping)),
          credentials(configuration.gateway.credentials_folder),
          technical_key(*keys.key(crypto::key_name::technical)),
          quarantine_key(*keys.key(crypto::key_name::quarantine)),
          pseudonymizer(*keys.key(crypto::key_name::pseudonym)),
          vault(std::move(opened_vault)),
          store(std::move(opened_store)),
          reconciler(std::move(opened_reconciler)),
          io_work(io.get_executor()),
          delivery({io.get_executor(), *store.reader, *store.writer, *vault, pseudonymizer, technical_key,
                    [this](const delivery::DestinationSettings& destination) {
                        return open_destination_transport(destination, credentials, io.get_executor());
                    },
                    system_clock(), metrics}),
          pipeline(configuration.pipeline,
                   {*vault, *store.writer, technical_key, quarantine_key, system_clock(), metrics,
                    [this](std::size_t from, std::uint64_t ticket) {
                        sources.at(from).source->acknowledge_through(ticket);
                    },
                    [this] { delivery.wake(); }, [this] { return listening(); },
                    [this](std::size_t from, const store::Inbound& inbound) { tell_source(from, inbound); },
                    watcher()},
                   std::move(configuration.catalogue)),
          process(metrics),
          changes(*vault, *store.writer, system_clock()),
          books(metrics, *store.reader, configuration.gateway.data_folder),
          book_audit(configuration.books, {reconciler, *store.reader, *store.writer, system_clock(), metrics,
                                           [this] { return pipeline.catalogue()->zone; }}),
          disk(configuration.disk,
               {[this] { return measure_disk(configuration.gateway.data_folder, *store.reader); },
                [this](bool hold) { hold ? pipeline.hold() : pipeline.release(); }, *store.writer,
                system_clock(), metrics}),
          devices(metrics, [this] { return pipeline.watched(); }),
          retention(
              configuration.retention, *store.writer, [this] { return vault->kept_subjects(); },
              system_clock(), metrics),
          administration(configuration,
                         {*vault, changes, pipeline, *store.reader, *store.writer, metrics, system_clock(),
                          quarantine_key, [this] { delivery.wake(); },
                          [this](const std::vector<std::uint64_t>& reports) { delivery.drop(reports); }}),
          control({*store.reader, *store.writer, *vault, pipeline, delivery, technical_key, quarantine_key,
                   system_clock(),
                   crypto::to_pem(crypto::public_key_of(*keys.key(crypto::key_name::audit_signing))),
                   [this] { return health(); }, changes, book_audit, [this] { return disk.status(); },
                   [this] { administration.wake(); },
                   [this] {
                       return KeepingTimes{configuration.retention.clinical,
                                           configuration.retention.dead_letters,
                                           configuration.gateway.quarantine_retention};
                   }}),
          gate(
              *store.writer, configuration.policy.roles, configuration.delivery.policy,
              [this](const admin::HttpRequest& request) { return erasure_requester(*vault, request); },
              [this] { return circumstances_at(system_clock().now(), pipeline.catalogue()->zone); }),
          erasing({*vault, *store.reader, *store.writer, changes, keys, quarantine_key, system_clock(),
                   [this](const auto& subjects) {
                       delivery.forget(subjects);
                       if (alarms) alarms->forget(subjects);
                   },
                   [this](bool data_too) { return remaining_backups(data_too); }}) {}

    [[nodiscard]] std::vector<admin::PartHealth> health() const;
    void tell_source(std::size_t from, const store::Inbound& inbound);
    // Whether every source could bring messages.
    [[nodiscard]] bool listening() const {
        return std::all_of(sources.begin(), sources.end(),
                           [](const auto& each) { return each.source->status().connected; });
    }
    void run_io() {
        pthread_setname_np(pthread_self(), "ew-io");
        io.run();
        io_ended.set_value();
    }
    void end_io();
    [[nodiscard]] pipeline::ReportWatcher watcher();
    Result<void> open_alarms();
    Result<void> open_backups();
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
    crypto::KeyRing keys;
    Secret wrapping;  // of the keys of backups
    config::Credentials credentials;
    metrics::Registry metrics;
    crypto::SealingKey technical_key;
    crypto::SealingKey quarantine_key;
    pseudonym::Pseudonymizer pseudonymizer;
    std::unique_ptr<vault::IdentityVault> vault;
    store::StoreParts store;
    store::Reconciler reconciler;
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> io_work;
    std::promise<void> io_ended;
    std::thread io_thread;
    delivery::DeliveryService delivery;
    std::vector<NamedSource> sources;                    // fixed once opened
    std::unique_ptr<notification::AlarmService> alarms;  // nothing while alarms are not enabled
    pipeline::InboundPipeline pipeline;
    ProcessMetrics process;
    ChangeRecorder changes;
    BookMetrics books;
    BookAudit book_audit;
    DiskWatch disk;
    DeviceMetrics devices;
    RetentionKeeper retention;
    PatientAdministration administration;
    ControlDesk control;
    AccessGate gate;
    ErasureKeeper erasing;
    std::unique_ptr<backup::BackupService> backups;
    std::unique_ptr<admin::AdminServer> admin;
    std::mutex reloading;  // settings and mappings; SIGHUP and the control socket may ask at the same time
    bool running = false;
};

}  // namespace edgeward::app
