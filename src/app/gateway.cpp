#include "gateway.hpp"

#include <algorithm>

#include <edgeward/core/log.hpp>
#include <edgeward/database/database.hpp>

#include "config_difference.hpp"
#include "control_alarms.hpp"
#include "control_backups.hpp"
#include "control_evidence.hpp"
#include "gateway_parts.hpp"
#include "keys.hpp"

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

}  // namespace

void Gateway::Parts::tell_source(std::size_t from, const store::Inbound& inbound) {
    auto& source = *sources.at(from).source;
    if (const auto* refused = std::get_if<store::Refused>(&inbound.fate))
        source.tell(inbound.ticket, ingest::Fate::refused, refused->reason);
    else if (std::holds_alternative<store::Quarantined>(inbound.fate))
        source.tell(inbound.ticket, ingest::Fate::held, {});
}

Result<void> Gateway::Parts::open_backups() {
    auto opened = backup::BackupService::open(
        configuration.backup,
        {configuration.gateway.data_folder, file, configuration.gateway.mappings_folder,
         configuration.policy.folder, *store.reader, *store.writer, *vault, keys, wrapping, system_clock(),
         EDGEWARD_VERSION},
        metrics);
    if (!opened) return failure(std::move(opened.error()));
    backups = *std::move(opened);
    return {};
}

pipeline::ReportWatcher Gateway::Parts::watcher() {
    using Steps = std::vector<store::AlarmChange>;
    return {[this] { return alarms && alarms->watching(); },
            [this](const model::Report& report, std::string_view mapping, bool repeated, Steps& steps) {
                alarms->look(report, mapping, repeated, steps);
            },
            [this](const Steps& steps) { alarms->on_disk(steps); }};
}

Result<void> Gateway::Parts::open_alarms() {
    if (!configuration.alarm.enabled) return {};
    transport::MqttLinkSettings broker;
    broker.host = configuration.mqtt.host;
    broker.port = configuration.mqtt.port;
    broker.tls = configuration.mqtt.tls;
    auto opened = notification::AlarmService::open(
        configuration.alarm, std::move(configuration.alarm_rules), configuration.delivery.policy,
        {*store.reader, *store.writer, *vault, technical_key, credentials, system_clock(), metrics,
         system_random(), std::move(broker), [this] {
             std::vector<device::Device> registered;
             for (const auto& [id, device] : pipeline.catalogue()->devices.all())
                 registered.push_back(device);
             return registered;
         }});
    if (!opened) return failure(std::move(opened.error()));
    alarms = *std::move(opened);
    return {};
}

Result<void> Gateway::Parts::tell_replayed_erasures() {
    const auto erasures = vault->erasures();
    if (erasures.replayed == 0) return {};
    const auto requests = vault->erasure_requests();
    if (!requests) return failure(requests.error());
    // One that a crash has cut off between ledger and vault is told when it is done.
    const auto under_way = static_cast<std::uint64_t>(
        std::ranges::count(*requests, vault::ErasureState::approved, &vault::ErasureRequest::state));
    if (erasures.replayed > under_way) {
        auto event = event_of(audit::Action::person_erased, "erasure ledger carried out again");
        event.count = erasures.replayed - under_way;
        if (auto told = audit(std::move(event)); !told) return told;
    }
    return backup::forget_again(configuration.gateway.data_folder, keys, store, *vault, system_clock().now());
}

Result<std::vector<vault::ErasureCertificate::RemainingBackup>> Gateway::Parts::remaining_backups(
    bool data_too) const {
    return backups_with_erased(configuration.backup, configuration.gateway.data_folder, data_too);
}

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
    if (auto opened = parts->open_alarms(); !opened) return failure(std::move(opened.error()));
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
    if (auto resumed = parts.erasing.resume(); !resumed)
        return failure(std::move(resumed.error()).during("carry on with an erasure"));
    auto delivery = parts.delivery.apply(parts.configuration.delivery);
    if (!delivery) return delivery;
    auto watched = parts.store.reader->watched();
    if (!watched) return failure(std::move(watched.error()));
    parts.pipeline.recall(*std::move(watched));
    if (parts.alarms) {
        if (auto begun = parts.alarms->start(); !begun) return begun;
    }
    parts.pipeline.start();
    if (auto listening = parts.administration.start(parts.credentials); !listening) return listening;
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
    parts.gate.guard(parts.erasure_routes(), routes);
    parts.gate.guard(alarm_routes({parts.alarms.get(), *parts.store.writer, system_clock()}), routes);
    const EvidenceParts evidence{
        parts.configuration.gateway.data_folder, [&parts] { return parts.gate.policies(); },
        [&parts] { return certificates_left(parts.configuration, parts.credentials); }, system_clock()};
    parts.gate.guard(evidence_routes(evidence), routes);
    auto admin = admin::start_admin_server(parts.configuration.admin, parts.credentials,
                                           parts.io.get_executor(), std::move(routes));
    if (!admin) return failure(std::move(admin.error()).during("admin"));
    parts.admin = *std::move(admin);
    parts.book_audit.start();
    parts.retention.start();
    parts.erasing.start();
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
    if (parts.alarms) parts.alarms->replace(std::move(next.alarm_rules), next.delivery.policy);
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
    parts.administration.reload();
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
    parts.books.refresh_certificates(parts.configuration, parts.credentials);
}

std::vector<admin::PartHealth> Gateway::health() const {
    return parts_->health();
}

}  // namespace edgeward::app
