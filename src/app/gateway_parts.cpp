#include "gateway_parts.hpp"

#include <edgeward/core/log.hpp>
#include <edgeward/transport/commitment_reporter.hpp>

#include "asked_ward.hpp"
#include "console_pages.hpp"
#include "control_backups.hpp"
#include "side_databases.hpp"

namespace edgeward::app {
namespace {

// What runs on ew-io and ew-delivery ends at once when it is told to; more than this is a peer or a name
// server that hangs.
constexpr std::chrono::seconds io_patience{2};
// What comes in is acknowledged before what waits is sent, when there is not enough time for both.
constexpr int behind_ingest = 5;

admin::PartHealth health_of(std::string part, const Result<void>& state) {
    return {std::move(part), state.has_value(), state ? std::string() : state.error().message};
}

}  // namespace

audit::Event event_of(audit::Action action, std::string object) {
    audit::Event event;
    event.actor = "gateway";
    event.action = action;
    event.object = std::move(object);
    return event;
}

Gateway::Parts::Parts(Opened opened)
    : configuration(std::move(opened.configuration)),
      file(std::move(opened.file)),
      keys(std::move(opened.keys)),
      wrapping(std::move(opened.wrapping)),
      credentials(configuration.gateway.credentials_folder),
      technical_key(*keys.key(crypto::key_name::technical)),
      quarantine_key(*keys.key(crypto::key_name::quarantine)),
      pseudonymizer(*keys.key(crypto::key_name::pseudonym)),
      vault(std::move(opened.vault)),
      reserve(std::move(opened.reserve)),
      store(std::move(opened.store)),
      delivery_readers(std::move(opened.delivery_readers)),
      reconciler(std::move(opened.reconciler)),
      delivery({make_delivery_threads(), *store.writer, *vault, pseudonymizer, technical_key,
                [this](const delivery::DestinationSettings& destination,
                       const boost::asio::any_io_executor& executor) {
                    return open_destination_transport(destination, credentials, executor, commitments);
                },
                system_clock(), metrics, store::objects_folder(configuration.gateway.data_folder)}),
      pipeline(configuration.pipeline,
               {*vault, *store.writer, technical_key, quarantine_key, system_clock(), metrics,
                [this](std::size_t from, std::uint64_t ticket) {
                    sources.at(from).source->acknowledge_through(ticket);
                },
                [this] { delivery.wake(); }, [this] { return listening(); },
                [this](std::size_t from, const store::Inbound& inbound) { tell_source(from, inbound); },
                watcher(), [this](std::size_t from) { return sources.at(from).source->reads_ahead(); }},
               std::move(configuration.catalogue)),
      process(metrics),
      changes(*vault, *store.writer, system_clock()),
      books(metrics, *store.reader, configuration.gateway.data_folder),
      book_audit(configuration.books, {reconciler, *store.reader, *store.writer, system_clock(), metrics,
                                       [this] { return pipeline.catalogue()->zone; }}),
      traffic(*store.reader, system_clock()),
      disk(configuration.disk,
           {[this] { return measure_disk(configuration.gateway.data_folder, *store.reader); },
            [this](bool hold) { hold ? pipeline.hold() : pipeline.release(); }, *store.writer, system_clock(),
            metrics, *reserve}),
      devices(metrics, [this] { return pipeline.watched(); }),
      retention(
          configuration.retention, *store.writer, [this] { return vault->kept_subjects(); }, system_clock(),
          metrics),
      objects(store::objects_folder(configuration.gateway.data_folder), *store.reader, *store.writer,
              metrics),
      promises(configuration.commitment_peers,
               {*store.reader, *store.writer, system_clock(), metrics,
                [this](const transport::DicomSettings& node, dicom::CommitmentReport report) {
                    return transport::report_commitment(node, credentials, std::move(report));
                }}),
      administration(configuration,
                     {*vault, changes, pipeline, *store.reader, *store.writer, metrics, system_clock(),
                      quarantine_key, [this] { delivery.wake(); },
                      [this](const std::vector<std::uint64_t>& reports) { delivery.drop(reports); },
                      [this](const alarm::TakenBack& taken) {
                          if (alarms) alarms->take_back(taken);
                      }}),
      control({*store.reader, *store.writer, *vault, pipeline, delivery, technical_key, quarantine_key,
               system_clock(),
               crypto::to_pem(crypto::public_key_of(*keys.key(crypto::key_name::audit_signing))),
               [this] { return health(); }, changes, book_audit, [this] { return disk.status(); },
               [this] { administration.wake(); }, [this] { return enrolment->book(); },
               [this] {
                   return KeepingTimes{configuration.retention.clinical, configuration.retention.dead_letters,
                                       configuration.gateway.quarantine_retention};
               }}),
      gate(
          *store.writer, configuration.policy.roles, configuration.delivery.policy,
          [this](const admin::HttpRequest& request) {
              return erasure_requester(
                  *vault, [this](std::string_view name) { return account_number(name); }, request);
          },
          [this] { return circumstances_at(system_clock().now(), pipeline.catalogue()->zone); },
          configuration.policy.persons),
      erasing({*vault, *store.reader, *store.writer, changes, keys, quarantine_key, system_clock(),
               [this](const auto& subjects) {
                   delivery.forget(subjects);
                   if (alarms) alarms->forget(subjects);
               },
               [this](bool data_too) { return remaining_backups(data_too); }}),
      sessions(session_limits(configuration.admin)),
      fhir_server(configuration.fhir_server, configuration.delivery.policy,
                  {*store.reader, *store.writer, *vault, pseudonymizer, technical_key, credentials, metrics,
                   [this] { return pipeline.catalogue()->devices; },
                   [this] { return pipeline.catalogue()->zone; }}) {}

void Gateway::Parts::open_dicom() {
    if (!configuration.dicom_in.enabled) return;
    auto source = ingest::make_dicom_source(
        configuration.dicom_in, credentials, metrics, system_clock(),
        store::objects_folder(configuration.gateway.data_folder),
        {[desk = commitments](dicom::CommitmentReport report) { return desk->report(std::move(report)); },
         [this](const std::string& sender, const dicom::CommitmentRequest& request,
                std::function<void(std::uint16_t)> reply) {
             promises.take(sender, request, std::move(reply));
         }});
    sources.push_back({"dicom_in", std::move(source)});
}

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
         EDGEWARD_VERSION, nullptr, side_databases()},
        metrics);
    if (!opened) return failure(std::move(opened.error()));
    backups = *std::move(opened);
    return {};
}

Result<void> Gateway::Parts::open_accounts() {
    if (!configuration.admin.api) return {};
    auto opened = access::AccountBook::open(configuration.gateway.data_folder, keys);
    if (!opened) return failure(std::move(opened.error()));
    accounts = *std::move(opened);
    const auto actions_of = [this](const admin::SignedIn& who) {
        AllowedActions made;
        made.now = gate.allowed(who, who.second_factor_age).value_or(std::vector<std::string>());
        made.with_second_factor = gate.allowed(who, 0).value_or(std::vector<std::string>());
        std::erase_if(made.with_second_factor, [&](const std::string& action) {
            return std::ranges::find(made.now, action) != made.now.end();
        });
        return made;
    };
    sign_in = std::make_unique<SignInDesk>(SignInParts{configuration.admin, *accounts, sessions,
                                                       *store.writer, system_clock(), metrics, actions_of});
    security_keys = std::make_unique<SecurityKeyDesk>(
        SecurityKeyParts{configuration.admin, *accounts, sessions, *store.writer, system_clock()}, *sign_in);
    gate.admit_people(
        [this](const admin::HttpRequest& request) { return sign_in->gate().signed_in(request); },
        [this](const admin::HttpRequest& request) {
            return asked_ward(request, wards_of(pipeline, alarms.get()));
        });
    return {};
}

Result<std::int64_t> Gateway::Parts::account_number(std::string_view name) {
    if (!accounts) return 0;
    const auto account = accounts->find(name);
    if (!account) return failure(account.error());
    return *account ? (*account)->number : 0;
}

Result<void> Gateway::Parts::open_anchors() {
    auto opened = anchoring::AnchorService::open(
        configuration.siem, configuration.witness,
        {*store.reader, *store.writer, credentials, configuration.gateway.data_folder, system_clock(),
         system_random(), metrics});
    if (!opened) return failure(std::move(opened.error()));
    anchors = *std::move(opened);
    return {};
}

Result<void> Gateway::Parts::open_enrolment() {
    auto opened =
        DeviceEnrolment::open(configuration, {keys, credentials, metrics,
                                              [this](audit::Event event) { return audit(std::move(event)); },
                                              [this] { devices_changed(); }});
    if (!opened) return failure(std::move(opened.error()));
    enrolment = *std::move(opened);
    return {};
}

void Gateway::Parts::devices_changed() {
    const std::lock_guard held(reloading);
    auto registry = enrolment->registry();
    if (!registry) {
        log::error("the registry of devices cannot be read; the one before stays",
                   {{"reason", registry.error().message}});
        return;
    }
    follow(*std::move(registry));
}

void Gateway::Parts::follow(device::DeviceRegistry registry) {
    pipeline::Catalogue next = *pipeline.catalogue();
    next.devices = std::move(registry);
    pipeline.replace(std::move(next));
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

Result<void> Gateway::Parts::settle_the_past() {
    auto loaded = event_of(audit::Action::configuration_loaded, "start");
    loaded.details = configuration.digest;
    const std::vector<audit::Event> records{event_of(audit::Action::started, EDGEWARD_VERSION),
                                            std::move(loaded),
                                            policy_event(configuration.delivery.policy, "start")};
    auto written = store.writer->run([&](store::ObservationStore& to) -> Result<void> {
        for (const auto& record : records)
            if (auto appended = to.append_audit(record); !appended) return appended;
        return {};
    });
    if (!written) return failure(std::move(written.error()).during("write the first audit record"));
    if (auto settled = changes.settle(); !settled)
        return failure(std::move(settled.error()).during("write audit records of the vault's last changes"));
    if (auto told = tell_replayed_erasures(); !told) return told;
    if (auto resumed = erasing.resume(); !resumed)
        return failure(std::move(resumed.error()).during("carry on with an erasure"));
    return {};
}

Result<void> Gateway::Parts::begin_work() {
    auto registry = enrolment->registry();
    if (!registry) return failure(std::move(registry.error()));
    configuration.delivery.devices = *registry;
    follow(*std::move(registry));
    if (auto applied = delivery.apply(configuration.delivery); !applied) return applied;
    auto watched = store.reader->watched();
    if (!watched) return failure(std::move(watched.error()));
    pipeline.recall(*std::move(watched));
    if (alarms) {
        if (auto begun = alarms->start(); !begun) return begun;
    }
    pipeline.start();
    if (auto listening = administration.start(credentials); !listening) return listening;
    if (auto removed = objects.remove_strangers(); !removed) return removed;
    disk.start();  // before the sources: a full disk is noticed before anything is read
    return begin_sources();
}

Result<void> Gateway::Parts::begin_sources() {
    for (std::size_t i = 0; i < sources.size(); ++i) {
        auto begun = sources[i].source->start(
            [this, i](model::RawMessage&& message) { return pipeline.accept(std::move(message), i); });
        if (!begun) return failure(std::move(begun.error()).during(sources[i].name));
    }
    return {};
}

Result<void> Gateway::Parts::open_doors(std::function<Result<void>()> reload) {
    auto door = admin::start_admin_server(configuration.admin, credentials, io.executor(),
                                          routes(std::move(reload)), console_pages());
    if (!door) return failure(std::move(door.error()).during("admin"));
    admin = *std::move(door);
    if (auto open = enrolment->start(io.executor()); !open) return open;
    if (auto open = fhir_server.start(io.executor()); !open) return open;
    book_audit.start();
    traffic.start();
    retention.start();
    objects.start();
    promises.start();
    erasing.start();
    backups->start();
    anchors->start();
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

std::vector<delivery::DeliveryThread> Gateway::Parts::make_delivery_threads() {
    std::vector<delivery::DeliveryThread> made;
    for (const auto& reader : delivery_readers)
        made.push_back({delivery_threads.emplace_back("ew-delivery", behind_ingest).executor(), *reader});
    return made;
}

void Gateway::Parts::start_io() {
    io.start();
    for (auto& thread : delivery_threads)
        thread.start();
}

// Everything there was told to end. What does not end in time is a name that is still looked up.
void Gateway::Parts::end_io() {
    const auto deadline = std::chrono::steady_clock::now() + io_patience;
    bool in_time = io.end(deadline);
    for (auto& thread : delivery_threads)
        in_time = thread.end(deadline) && in_time;
    if (!in_time) log::warning("connections were cut off at shutdown");
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
    // Nor are SIEM and witness: nobody waits for them.
    for (auto& anchor : anchors->health())
        all.push_back({std::move(anchor.name), anchor.well, std::move(anchor.trouble), false});
    return all;
}

}  // namespace edgeward::app
