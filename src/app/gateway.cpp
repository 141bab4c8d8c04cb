#include "gateway.hpp"

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
#include <edgeward/core/log.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/crypto/signature.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "access_gate.hpp"
#include "book_audit.hpp"
#include "book_metrics.hpp"
#include "change_recorder.hpp"
#include "config_difference.hpp"
#include "control_backups.hpp"
#include "control_desk.hpp"
#include "destination_transport.hpp"
#include "device_metrics.hpp"
#include "disk_watch.hpp"
#include "keys.hpp"
#include "process_metrics.hpp"

namespace edgeward::app {
namespace {

constexpr const char* actor = "gateway";
// What runs on ew-io ends at once when it is told to; more than this is a peer or a name server that hangs.
constexpr std::chrono::seconds io_patience{2};
// What a full disk keeps from being committed at shutdown is not acknowledged and comes again.
constexpr std::chrono::seconds store_patience{5};

audit::Event event_of(audit::Action action, std::string object) {
    audit::Event event;
    event.actor = actor;
    event.action = action;
    event.object = std::move(object);
    return event;
}

admin::PartHealth health_of(std::string part, const Result<void>& state) {
    return {std::move(part), state.has_value(), state ? std::string() : state.error().message};
}

// Where messages come from; its place in the list is its number in the pipeline.
struct NamedSource {
    const char* name;
    std::unique_ptr<ingest::ObservationSource> source;
};

}  // namespace

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
                    [this] { delivery.wake(); }, [this] { return listening(); }},
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
          retention(configuration.retention, *store.writer, system_clock(), metrics),
          control({*store.reader, *store.writer, *vault, pipeline, delivery, technical_key, quarantine_key,
                   system_clock(),
                   crypto::to_pem(crypto::public_key_of(*keys.key(crypto::key_name::audit_signing))),
                   [this] { return health(); }, changes, book_audit, [this] { return disk.status(); }}),
          gate(*store.writer, configuration.policy.roles, configuration.delivery.policy) {}

    [[nodiscard]] std::vector<admin::PartHealth> health() const;
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
    Result<void> open_backups() {
        auto opened = backup::BackupService::open(
            configuration.backup,
            {configuration.gateway.data_folder, file, configuration.gateway.mappings_folder,
             configuration.policy.folder, *store.reader, *store.writer, *vault, keys, wrapping,
             system_clock(), EDGEWARD_VERSION},
            metrics);
        if (!opened) return failure(std::move(opened.error()));
        backups = *std::move(opened);
        return {};
    }
    // A vault put back from an older copy has forgotten again whom the erasure ledger knows.
    Result<void> tell_replayed_erasures() {
        const auto erasures = vault->erasures();
        if (erasures.replayed == 0) return {};
        auto event = event_of(audit::Action::person_erased, "erasure ledger carried out again");
        event.count = erasures.replayed;
        return audit(std::move(event));
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
    std::vector<NamedSource> sources;  // fixed once opened
    pipeline::InboundPipeline pipeline;
    ProcessMetrics process;
    ChangeRecorder changes;
    BookMetrics books;
    BookAudit book_audit;
    DiskWatch disk;
    DeviceMetrics devices;
    RetentionKeeper retention;
    ControlDesk control;
    AccessGate gate;
    std::unique_ptr<backup::BackupService> backups;
    std::unique_ptr<admin::AdminServer> admin;
    std::mutex reloading;  // settings and mappings; SIGHUP and the control socket may ask at the same time
    bool running = false;
};

// Everything on io was told to end, and ew-io ends with the last of it. What does not end in time (a name
// that is still looked up) dies with `io`: coroutines own what they use, or use what is declared before `io`.
void Gateway::Parts::end_io() {
    io_work.reset();
    if (io_ended.get_future().wait_for(io_patience) != std::future_status::ready) {
        log::warning("connections were cut off at shutdown");
    }
    io.stop();
    io_thread.join();
}

std::vector<admin::PartHealth> Gateway::Parts::health() const {
    std::vector<admin::PartHealth> all;
    all.push_back(health_of("store", store.writer->health()));
    all.push_back(health_of("disk", disk.health()));
    all.push_back(health_of("pipeline", pipeline.health()));
    for (const auto& [name, source] : sources) {
        const auto status = source->status();
        all.push_back({name, status.connected, status.trouble});
    }
    // A destination that does not answer is the hospital's trouble, not a reason to take the gateway out of
    // service: its queue is on disk.
    for (const auto& destination : delivery.status())
        all.push_back({"destination:" + destination.name, destination.answering, destination.trouble, false});
    return all;
}

Result<std::unique_ptr<Gateway>> Gateway::open(LoadedConfiguration loaded, std::filesystem::path file) {
    Configuration& configuration = loaded.configuration;
    const auto& folder = configuration.gateway.data_folder;
    const config::Credentials credentials(configuration.gateway.credentials_folder);
    auto kek = read_key_encryption_key(credentials, configuration.gateway.key_encryption_key);
    if (!kek) return failure(std::move(kek.error()));
    auto lock = FolderLock::take(folder);
    if (!lock) return failure(std::move(lock.error()).during("data folder"));
    if (auto finished = backup::finish_restore(folder); !finished)
        return failure(std::move(finished.error()).during("end a restore"));
    auto keys = load_key_ring(folder, *kek);
    if (!keys) return failure(std::move(keys.error()));
    if (auto proven = database::prove_encryption(folder); !proven) {
        return failure(std::move(proven.error()).during("prove encryption"));
    }
    auto vault = vault::open_vault(folder, *keys);
    if (!vault) return failure(std::move(vault.error()).during("open vault"));
    auto store = store::open_store(configuration.store, {}, *keys, system_clock());
    if (!store) return failure(std::move(store.error()).during("open store"));
    auto reconciler = store::Reconciler::open(configuration.store, *keys);
    if (!reconciler) return failure(std::move(reconciler.error()).during("open store"));
    auto parts = std::make_unique<Parts>(std::move(configuration), std::move(file), *std::move(keys),
                                         backup::wrapping_key_of(*kek), *std::move(vault), *std::move(store),
                                         *std::move(reconciler));
    parts->lock.emplace(*std::move(lock));
    if (auto opened = parts->open_backups(); !opened) return failure(std::move(opened.error()));
    auto source = ingest::open_mqtt_source(parts->configuration.mqtt, parts->credentials, parts->metrics,
                                           system_clock(), system_random());
    if (!source) return failure(std::move(source.error()).during("mqtt"));
    parts->sources.push_back({"mqtt", *std::move(source)});
    if (parts->configuration.intake.enabled) {
        parts->sources.push_back({"intake", ingest::make_intake_source(parts->configuration.intake,
                                                                       parts->metrics, system_clock())});
    }
    parts->settings = std::move(loaded.settings);
    parts->mappings = std::move(loaded.mappings);
    return std::unique_ptr<Gateway>(new Gateway(std::move(parts)));
}

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Gateway::~Gateway() {
    stop();
}

Result<void> Gateway::start() {
    Parts& parts = *parts_;
    parts.running = true;
    parts.io_thread = std::thread([&parts] { parts.run_io(); });
    auto loaded = event_of(audit::Action::configuration_loaded, "start");
    loaded.details = parts.configuration.digest;
    auto written = parts.store.writer->run([&](store::ObservationStore& store) -> Result<void> {
        if (auto started = store.append_audit(event_of(audit::Action::started, EDGEWARD_VERSION)); !started) {
            return started;
        }
        if (auto read = store.append_audit(loaded); !read) return read;
        return store.append_audit(policy_event(parts.configuration.delivery.policy, "start"));
    });
    if (!written) return failure(std::move(written.error()).during("write the first audit record"));
    if (auto settled = parts.changes.settle(); !settled)
        return failure(std::move(settled.error()).during("write audit records of the vault's last changes"));

    if (auto told = parts.tell_replayed_erasures(); !told) return told;
    auto delivery = parts.delivery.apply(parts.configuration.delivery);
    if (!delivery) return delivery;
    auto watched = parts.store.reader->watched();
    if (!watched) return failure(std::move(watched.error()));
    parts.pipeline.recall(*std::move(watched));
    parts.pipeline.start();
    parts.disk.start();  // before the sources: a full disk is noticed before anything is read
    for (std::size_t i = 0; i < parts.sources.size(); ++i) {
        auto begun = parts.sources[i].source->start([&parts, i](model::RawMessage&& message) {
            return parts.pipeline.accept(std::move(message), i);
        });
        if (!begun) return failure(std::move(begun.error()).during(parts.sources[i].name));
    }

    auto routes = admin::health_routes([&parts] { return parts.health(); }, parts.metrics);
    const ConfigurationInForce in_force = {[&parts] {
                                               const std::lock_guard lock(parts.reloading);
                                               return std::pair(parts.settings, parts.mappings);
                                           },
                                           [this] { return reload(); }};
    parts.gate.guard(parts.control.routes(in_force), routes);
    parts.gate.guard(backup_routes(*parts.backups), routes);
    auto admin = admin::start_admin_server(parts.configuration.admin, parts.credentials,
                                           parts.io.get_executor(), std::move(routes));
    if (!admin) return failure(std::move(admin.error()).during("admin"));
    parts.admin = *std::move(admin);
    parts.book_audit.start();
    parts.retention.start();
    parts.backups->start();
    maintain();
    log::info("gateway started", {{"version", EDGEWARD_VERSION},
                                  {"devices", parts.pipeline.catalogue()->devices.all().size()},
                                  {"destinations", parts.configuration.delivery.destinations.size()},
                                  {"policies", parts.configuration.delivery.policy.size()},
                                  {"admin_port", parts.admin->port()}});
    return {};
}

void Gateway::stop() {
    Parts& parts = *parts_;
    if (!parts.running) return;
    parts.running = false;
    const auto patience = parts.configuration.gateway.shutdown_patience;
    parts.store.writer->limit_patience(store_patience);
    parts.backups->cancel();
    if (parts.admin) parts.admin->stop();
    parts.book_audit.stop();
    parts.disk.stop();
    parts.pipeline.release();  // a handler that waits for room would keep the source from stopping
    parts.retention.stop();
    for (const auto& [name, source] : parts.sources)
        source->stop();
    parts.pipeline.stop();
    parts.delivery.stop(patience);
    if (auto written = parts.audit(event_of(audit::Action::stopped, EDGEWARD_VERSION)); !written) {
        log::error("the last audit record could not be written", {{"reason", written.error().message}});
    }
    parts.store.writer->stop();
    parts.backups->stop();  // a proof under way ends first: it holds nothing the others need
    parts.admin.reset();
    parts.end_io();
    log::info("gateway stopped");
}

Result<void> Gateway::reload() {
    Parts& parts = *parts_;
    const std::lock_guard lock(parts.reloading);
    auto loaded = load_configuration(parts.file);
    auto refuse = [&parts](Error error) -> Result<void> {
        log::error("the new configuration is refused; the running one stays", {{"reason", error.message}});
        auto event = event_of(audit::Action::configuration_refused, "reload");
        event.outcome = audit::Outcome::failure;
        if (auto written = parts.audit(std::move(event)); !written) return written;
        return failure(std::move(error));
    };
    if (!loaded.problems.empty()) {
        for (const auto& problem : loaded.problems)
            log::error("configuration", {{"problem", problem.to_string()}});
        return refuse({ErrorKind::invalid_input, loaded.problems.front().to_string()});
    }
    if (const auto setting = needs_restart(parts.settings, loaded.settings); !setting.empty()) {
        return refuse({ErrorKind::invalid_input, setting + " takes effect only after a restart"});
    }
    auto& next = loaded.configuration;
    auto event = event_of(audit::Action::configuration_loaded, "reload");
    event.details = next.digest;
    // The record is committed with the change; what follows cannot fail.
    const std::vector<audit::Event> records{std::move(event), policy_event(next.delivery.policy, "reload")};
    if (auto applied = parts.delivery.apply(next.delivery, records); !applied)
        return refuse(std::move(applied.error()));
    parts.gate.replace(next.policy.roles, next.delivery.policy);
    const std::size_t devices = next.catalogue.devices.all().size();
    parts.pipeline.replace(std::move(next.catalogue));
    parts.settings = std::move(loaded.settings);
    parts.mappings = std::move(loaded.mappings);
    log::set_level(next.gateway.log_level);
    if (parts.admin) {
        if (auto renewed = parts.admin->reload_certificates(); !renewed) {
            log::warning("the admin certificate was not renewed", {{"reason", renewed.error().message}});
        }
    }
    log::info("configuration reloaded",
              {{"destinations", next.delivery.destinations.size()}, {"devices", devices}});
    return {};
}

void Gateway::maintain() {
    Parts& parts = *parts_;
    const Instant before = system_clock().now() - parts.configuration.gateway.quarantine_retention;
    parts.store.writer->submit({[before](store::ObservationStore& store) -> Result<void> {
                                    auto expired = store.expire_quarantine(before);
                                    if (!expired) return failure(std::move(expired.error()));
                                    return {};
                                },
                                [](const Result<void>& result) {
                                    if (!result) {
                                        log::warning("expired quarantine could not be removed",
                                                     {{"reason", result.error().message}});
                                    }
                                }});
    parts.books.refresh_certificates(parts.configuration, parts.credentials);
}

std::vector<admin::PartHealth> Gateway::health() const {
    return parts_->health();
}

}  // namespace edgeward::app
