#include <edgeward/backup/backup_service.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <mutex>

#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/file.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/crypto/recovery_key.hpp>

#include "object_clearing.hpp"
#include "proof_note.hpp"

namespace edgeward::backup {
namespace {

constexpr std::chrono::seconds look_interval{5};
constexpr std::chrono::minutes retry_interval{5};
constexpr int low_priority = 10;
constexpr const char* own_actor = "gateway";

double seconds_of(Instant instant) {
    return std::chrono::duration<double>(instant.time_since_epoch()).count();
}

audit::Event event_of(const std::string& actor, audit::Action action, std::string object,
                      const crypto::Digest& details) {
    audit::Event event;
    event.actor = actor;
    event.action = action;
    event.object = std::move(object);
    event.details = details;
    return event;
}

Result<void> check_recovery_key(const BackupSettings& settings) {
    if (settings.recovery_key.empty()) return {};
    const auto pem = read_recovery_key(settings);
    if (!pem) return failure(pem.error());
    const auto fingerprint = crypto::recovery_fingerprint(*pem);
    if (fingerprint) return {};
    return failure(ErrorKind::misconfigured, "backup.recovery_key: " + fingerprint.error().message);
}

}  // namespace

struct BackupService::State {
    State(const BackupSettings& chosen, const BackupSources& parts, metrics::Registry& registry)
        : settings(chosen),
          sources(parts),
          metrics(registry),
          failures(registry.counter("edgeward_backup_failures_total", "Backups that could not be made.")),
          verify_failures(registry.counter("edgeward_backup_verify_failures_total",
                                           "Backups that could not be proven.")) {
        sources.cancelled = &thread.stopping();
    }

    Result<void> audit(const audit::Event& event) {
        return sources.writer.run([&event](store::ObservationStore& to) { return to.append_audit(event); });
    }
    Result<void> make_folder() const;
    Result<Created> create(const std::string& actor);
    Result<void> give_up_expired();
    Result<void> give_up_objects(const std::string& installation);
    void tell_objects(const Created& created);
    Result<Verified> verify(const std::string& name, const std::string& actor);
    Result<Verified> prove(const std::string& name) const;
    void refresh();
    void note_trouble(const Result<void>& outcome, const metrics::Counter& counter, const char* what);
    bool follow_schedule();
    void serve();

    const BackupSettings settings;
    BackupSources sources;
    metrics::Registry& metrics;
    metrics::Counter failures;
    metrics::Counter verify_failures;
    log::Trouble trouble;
    std::mutex working;  // held while a backup is made or proven
    std::mutex mutex;    // of what follows
    BackupStatus status;
    MonotonicTime not_before{};  // after a failure
    BackgroundThread thread{"ew-backup"};
};

Result<void> BackupService::State::make_folder() const {
    std::error_code failed;
    if (std::filesystem::exists(settings.folder, failed)) return {};
    std::filesystem::create_directories(settings.folder, failed);
    if (!failed) std::filesystem::permissions(settings.folder, std::filesystem::perms::owner_all, failed);
    if (!failed) return {};
    return failure(ErrorKind::misconfigured,
                   "backup.folder: " + settings.folder.string() + ": " + failed.message());
}

// What is in the folder, for status and metrics.
void BackupService::State::refresh() {
    const auto files = list_backups(settings.folder);
    const auto note = read_proof_note(settings.folder);
    const std::lock_guard lock(mutex);
    status.settings = settings;
    status.last_made.reset();
    if (files) {
        if (const auto pair = find_pair(*files, {})) {
            status.last_made = pair->data.made;
            status.last_name = pair->data.name;
        }
    }
    if (note) {
        status.last_verified = note->when;
        status.last_verified_name = note->name;
    }
    metrics
        .gauge("edgeward_backup_last_success_timestamp_seconds",
               "When the newest backup was made, seconds since 1970; 0: there is none.")
        .set(status.last_made ? seconds_of(*status.last_made) : 0);
    metrics
        .gauge("edgeward_backup_last_verified_timestamp_seconds",
               "When a backup was last proven by opening it, seconds since 1970; 0: never.")
        .set(status.last_verified ? seconds_of(*status.last_verified) : 0);
    metrics.gauge("edgeward_backup_scheduled", "1 when backups are made by schedule.")
        .set(settings.schedule == Schedule::off ? 0 : 1);
}

void BackupService::State::note_trouble(const Result<void>& outcome, const metrics::Counter& counter,
                                        const char* what) {
    if (outcome) {
        trouble.clear(what, "backups work again");
    } else {
        counter.add();
        trouble.raise(
            what, "a backup failed",
            {{"step", what}, {"kind", name_of(outcome.error().kind)}, {"reason", outcome.error().message}});
    }
    const std::lock_guard lock(mutex);
    status.trouble = outcome ? std::string() : outcome.error().message;
    if (outcome) return;
    ++status.failures;
    not_before = sources.clock.monotonic() + retry_interval;
}

Result<Created> BackupService::State::create(const std::string& actor) {
    const std::lock_guard lock(working);
    auto created = make_folder().and_then([&] { return create_backup(settings, sources); });
    if (!created) {
        auto event = event_of(actor, audit::Action::backup_created, "backup", {});
        event.outcome = audit::Outcome::failure;
        event.rule = name_of(created.error().kind);
        static_cast<void>(audit(event));  // the backup's own failure is what the caller has to know
        note_trouble(failure(created.error()), failures, "create");
        return created;
    }
    auto recorded =
        audit(event_of(actor, audit::Action::backup_created, "backup " + created->name, created->digest));
    if (recorded) recorded = give_up_expired();
    note_trouble(recorded, failures, "create");
    metrics.gauge("edgeward_backup_duration_seconds", "How long the newest backup took.")
        .set(std::chrono::duration<double>(created->took).count());
    const auto size = [&](const char* part, std::uint64_t octets) {
        metrics.gauge("edgeward_backup_size_bytes", "Size of the newest backup.", {{"part", part}})
            .set(static_cast<double>(octets));
    };
    size("data", created->data_octets);
    size("persons", created->persons_octets);
    size("objects", created->objects_octets);
    tell_objects(*created);
    log::info("backup made", {{"name", created->name},
                              {"octets", created->data_octets + created->persons_octets},
                              {"objects", created->objects},
                              {"copied", created->copied_octets},
                              {"milliseconds", created->took.count()}});
    refresh();
    if (!recorded) return failure(std::move(recorded.error()));
    return created;
}

// One that is lost was so before: the backup has what there is, and somebody has to know.
void BackupService::State::tell_objects(const Created& created) {
    metrics
        .gauge("edgeward_backup_objects_lost",
               "Objects the newest backup could not copy: somebody owns them, and their files are not there.")
        .set(static_cast<double>(created.objects_lost));
    if (created.objects_lost > 0)
        log::warning("files of objects are not there and not in the backup",
                     {{"objects", created.objects_lost}});
}

Result<void> BackupService::State::give_up_expired() {
    const auto files = list_backups(settings.folder);
    if (!files) return failure(files.error());
    const auto chain = sources.reader.chain();
    if (!chain) return failure(chain.error());
    const std::string installation = chain->origin.substr(chain->origin.find('/') + 1);
    const auto expired = expired_backups(*files, settings, installation, sources.vault.erasures().entries,
                                         sources.clock.now());
    for (const BackupFile& file : expired) {
        std::error_code failed;
        std::filesystem::remove(file.file, failed);
        if (failed)
            return failure(ErrorKind::unavailable, "remove " + file.file.string() + ": " + failed.message());
        const std::string object =
            std::string(file.persons ? "persons" : "data") + " part of backup " + file.name;
        auto recorded = audit(event_of(own_actor, audit::Action::backup_removed, object, {}));
        if (!recorded) return recorded;
    }
    if (auto synced = sync_folder(settings.folder); !synced) return synced;
    return give_up_objects(installation);
}

// After the containers: what they named is not needed any more.
Result<void> BackupService::State::give_up_objects(const std::string& installation) {
    Unlocking by;
    by.wrapping = sources.wrapping.clone();
    const auto cleared = clear_objects(settings.folder, installation, by);
    if (!cleared && cleared.error().kind == ErrorKind::corrupt) {
        log::warning("copies of objects stay: a backup does not open", {{"reason", cleared.error().message}});
        return {};
    }
    if (!cleared) return failure(cleared.error());
    if (*cleared == 0) return {};
    auto event = event_of(own_actor, audit::Action::backup_removed, "objects no backup names", {});
    event.count = *cleared;
    return audit(event);
}

Result<Verified> BackupService::State::prove(const std::string& name) const {
    const auto files = list_backups(settings.folder);
    if (!files) return failure(files.error());
    const auto pair = find_pair(*files, name);
    if (!pair) return failure(pair.error());
    const auto seed = sources.keys.key(crypto::key_name::audit_signing);
    if (!seed) return failure(seed.error());
    BackupKeys keys;
    keys.wrapping = sources.wrapping.clone();
    keys.audit_key = crypto::public_key_of(*seed);
    std::vector<std::filesystem::path> damaged;
    auto verified =
        verify_backup(*pair, keys, {settings.folder, sources.databases, sources.cancelled, &damaged});
    // Aside, so that the next backup copies the object anew as long as it is there.
    for (const auto& file : damaged) {
        std::error_code ignored;
        std::filesystem::rename(file, file.string() + ".damaged", ignored);
    }
    return verified;
}

Result<Verified> BackupService::State::verify(const std::string& name, const std::string& actor) {
    const std::lock_guard lock(working);
    auto verified = prove(name);
    auto event = event_of(actor, audit::Action::backup_verified, "backup", {});
    if (verified) {
        event.object = "backup " + verified->name;
        event.details = verified->digest;
    } else {
        event.outcome = audit::Outcome::failure;
        event.rule = name_of(verified.error().kind);
    }
    auto recorded = audit(event);
    if (!verified) {
        note_trouble(failure(verified.error()), verify_failures, "verify");
        return verified;
    }
    if (recorded) recorded = write_proof_note(settings.folder, {sources.clock.now(), verified->name});
    note_trouble(recorded, verify_failures, "verify");
    log::info("backup proven", {{"name", verified->name},
                                {"records", verified->records},
                                {"reports", verified->reports},
                                {"objects", verified->objects},
                                {"milliseconds", verified->took.count()}});
    refresh();
    if (!recorded) return failure(std::move(recorded.error()));
    return verified;
}

// True when there was something to do: then it looks again at once.
bool BackupService::State::follow_schedule() {
    const Instant now = sources.clock.now();
    const Instant due = last_due(settings, now);
    bool make = false;
    bool prove_now = false;
    {
        const std::lock_guard lock(mutex);
        if (sources.clock.monotonic() < not_before) return false;
        make = due != Instant::min() && (!status.last_made || *status.last_made < due);
        prove_now = due != Instant::min() && status.last_made &&
                    (!status.last_verified || now - *status.last_verified >= settings.verify_interval);
    }
    if (make) {
        static_cast<void>(create(own_actor));  // a failure is logged, counted and tried again
    } else if (prove_now) {
        static_cast<void>(verify({}, own_actor));
    }
    return make || prove_now;
}

void BackupService::State::serve() {
    // Where it is not allowed, the pace of reading keeps the machine for the devices.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), low_priority);
    while (!thread.stopping()) {
        if (!follow_schedule()) thread.pause(look_interval);
    }
}

BackupService::BackupService(std::unique_ptr<State> state) : state_(std::move(state)) {}

BackupService::~BackupService() {
    stop();
}

Result<std::unique_ptr<BackupService>> BackupService::open(const BackupSettings& settings,
                                                           const BackupSources& sources,
                                                           metrics::Registry& metrics) {
    if (auto fine = check_recovery_key(settings); !fine) return failure(std::move(fine.error()));
    auto state = std::make_unique<State>(settings, sources, metrics);
    state->refresh();
    return std::unique_ptr<BackupService>(new BackupService(std::move(state)));
}

void BackupService::start() {
    if (state_->settings.schedule == Schedule::off) return;
    state_->thread.start([state = state_.get()] { state->serve(); });
}

void BackupService::cancel() {
    state_->thread.cancel();
}

void BackupService::stop() {
    state_->thread.stop();
}

Result<Created> BackupService::create(const std::string& actor) {
    return state_->create(actor);
}

Result<Verified> BackupService::verify(const std::string& name, const std::string& actor) {
    return state_->verify(name, actor);
}

BackupStatus BackupService::status() {
    const std::lock_guard lock(state_->mutex);
    BackupStatus status = state_->status;
    const Instant due = last_due(state_->settings, state_->sources.clock.now());
    if (due == Instant::min()) return status;
    const bool overdue = !status.last_made || *status.last_made < due;
    const auto interval =
        state_->settings.schedule == Schedule::hourly ? std::chrono::hours(1) : std::chrono::hours(24);
    status.next_due = overdue ? due : due + interval;
    return status;
}

}  // namespace edgeward::backup
