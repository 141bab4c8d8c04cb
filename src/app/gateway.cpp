#include "gateway.hpp"

#include <algorithm>
#include <thread>

#include <edgeward/core/log.hpp>
#include <edgeward/database/database.hpp>

#include "config_difference.hpp"
#include "gateway_parts.hpp"
#include "keys.hpp"
#include "report_model.hpp"

namespace edgeward::app {
namespace {

// What a full disk keeps from being committed at shutdown is not acknowledged and comes again.
constexpr std::chrono::seconds store_patience{5};

// As many destinations are served side by side, as far as there are processors for them.
constexpr unsigned most_delivery_threads = 4;
// A commit makes what a reader has kept of the pages worthless, and there are several in a second.
constexpr std::size_t delivery_cache_kib = 1024;

Result<std::vector<std::unique_ptr<store::StoreReader>>> open_delivery_readers(
    const store::StoreSettings& settings, const crypto::KeyRing& keys) {
    std::vector<std::unique_ptr<store::StoreReader>> readers;
    const unsigned count = std::clamp(std::thread::hardware_concurrency(), 1U, most_delivery_threads);
    while (readers.size() < count) {
        auto reader = store::open_reader(settings, keys, delivery_cache_kib);
        if (!reader) return failure(std::move(reader.error()));
        readers.push_back(*std::move(reader));
    }
    return readers;
}

}  // namespace

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
    auto reserve = std::make_unique<DiskReserve>(folder / "reserve");
    store::WriterSettings writing;
    writing.make_room = [&own = *reserve] { return own.give_up(); };
    auto store = store::open_store(configuration.store, writing, *keys, system_clock());
    if (!store) return failure(std::move(store.error()).during("open store"));
    auto reconciler = store::Reconciler::open(configuration.store, *keys);
    if (!reconciler) return failure(std::move(reconciler.error()).during("open store"));
    auto readers = open_delivery_readers(configuration.store, *keys);
    if (!readers) return failure(std::move(readers.error()));
    auto described = describe(loaded, system_clock().now());
    auto parts = std::make_unique<Parts>(
        Parts::Opened{std::move(configuration), std::move(file), *std::move(keys),
                      backup::wrapping_key_of(*kek), *std::move(vault), std::move(reserve), *std::move(store),
                      *std::move(readers), *std::move(reconciler)});
    parts->lock.emplace(*std::move(lock));
    if (auto opened = parts->open_backups(); !opened) return failure(std::move(opened.error()));
    if (auto opened = parts->open_accounts(); !opened) return failure(std::move(opened.error()));
    if (auto opened = parts->open_enrolment(); !opened) return failure(std::move(opened.error()));
    if (auto opened = parts->open_alarms(); !opened) return failure(std::move(opened.error()));
    if (auto opened = parts->open_anchors(); !opened) return failure(std::move(opened.error()));
    auto source = ingest::open_mqtt_source(parts->configuration.mqtt, parts->credentials, parts->metrics,
                                           system_clock(), system_random());
    if (!source) return failure(std::move(source.error()).during("mqtt"));
    parts->sources.push_back({"mqtt", *std::move(source)});
    if (parts->configuration.intake.enabled) {
        parts->sources.push_back({"intake", ingest::make_intake_source(parts->configuration.intake,
                                                                       parts->metrics, system_clock())});
    }
    if (parts->configuration.hl7_in.enabled) {
        parts->sources.push_back(
            {"hl7_in", ingest::make_hl7_source(
                           parts->configuration.hl7_in, parts->credentials, parts->metrics, system_clock(),
                           {parts->configuration.pipeline.largest_message,
                            [&one = *parts] { return one.pipeline.catalogue()->zone; }})});
    }
    parts->open_dicom();
    parts->promises.follow(committing(parts->configuration.delivery.destinations));
    parts->installation = std::move(described);
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
    parts.start_io();
    if (auto settled = parts.settle_the_past(); !settled) return settled;
    if (auto begun = parts.begin_work(); !begun) return begun;
    if (auto open = parts.open_doors([this] { return reload(); }); !open) return open;
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
    if (parts.sign_in) parts.sign_in->flush_failures(true);
    parts.enrolment->stop();
    parts.fhir_server.stop();
    parts.book_audit.stop();
    parts.traffic.stop();
    parts.disk.stop();
    parts.pipeline.release();  // a handler that waits for room would keep the source from stopping
    parts.retention.stop();
    parts.objects.stop();
    parts.promises.stop();
    parts.erasing.stop();
    parts.administration.stop();
    for (const auto& [name, source] : parts.sources)
        source->stop();
    parts.pipeline.stop();
    if (parts.alarms) parts.alarms->stop();
    parts.delivery.stop(patience);
    if (auto written = parts.audit(event_of(audit::Action::stopped, EDGEWARD_VERSION)); !written) {
        log::error("the last audit record could not be written", {{"reason", written.error().message}});
    }
    parts.anchors->stop();
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
    auto described = describe(loaded, system_clock().now());
    auto event = event_of(audit::Action::configuration_loaded, "reload");
    event.details = next.digest;
    DeviceTables tables{next.catalogue.devices, next.device_classes};
    auto registry = parts.enrolment->registry_of(tables);
    if (!registry) return refuse(std::move(registry.error()));
    next.catalogue.devices = *registry;
    next.delivery.devices = *std::move(registry);
    // The record is committed with the change; what follows cannot fail.
    const std::vector<audit::Event> records{std::move(event), policy_event(next.delivery.policy, "reload")};
    if (auto applied = parts.delivery.apply(next.delivery, records); !applied)
        return refuse(std::move(applied.error()));
    parts.promises.follow(committing(next.delivery.destinations));
    parts.gate.replace(next.policy.roles, next.delivery.policy, next.policy.persons);
    parts.fhir_server.reload(next.delivery.policy);
    if (parts.alarms) parts.alarms->replace(std::move(next.alarm_rules), next.delivery.policy);
    const std::size_t devices = next.catalogue.devices.all().size();
    parts.pipeline.replace(std::move(next.catalogue));
    parts.enrolment->adopt(std::move(tables));
    parts.installation = std::move(described);
    parts.settings = std::move(loaded.settings);
    parts.mappings = std::move(loaded.mappings);
    log::set_level(next.gateway.log_level);
    if (parts.admin) {
        if (auto renewed = parts.admin->reload_certificates(); !renewed) {
            log::warning("the admin certificate was not renewed", {{"reason", renewed.error().message}});
        }
    }
    parts.administration.reload();
    parts.enrolment->reload();
    for (const auto& [name, source] : parts.sources) {
        if (auto renewed = source->reload_certificates(); !renewed)
            log::warning("the certificate of a source was not renewed",
                         {{"source", name}, {"reason", renewed.error().message}});
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
    if (parts.sign_in) parts.sign_in->flush_failures(false);
    parts.books.refresh_certificates(parts.configuration, parts.credentials);
}

std::vector<admin::PartHealth> Gateway::health() const {
    return parts_->health();
}

}  // namespace edgeward::app
