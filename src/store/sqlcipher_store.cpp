#include "sqlcipher_store.hpp"

#include <edgeward/core/random.hpp>

#include "schema.hpp"

namespace edgeward::store {
namespace {

// 8 MiB: rows come at the ends of their trees and are settled in their order; more would hold what nobody
// asks for again.
constexpr auto writer_pragmas = "PRAGMA cache_size=-4096";

// SQLite begins the log anew at about 4 MiB, when no reader is in it at that moment.
constexpr std::uintmax_t log_limit = std::uintmax_t{64} << 20U;
constexpr std::chrono::seconds between_looks{1};
constexpr std::chrono::milliseconds checkpoint_patience{20};
constexpr std::chrono::milliseconds move_patience{500};  // commits wait so long

}  // namespace

SqlcipherStore::SqlcipherStore(database::Connection connection, std::filesystem::path log, const Clock& clock)
    : connection_(std::make_unique<database::Connection>(std::move(connection))),
      log_(std::move(log)),
      clock_(&clock) {}

Result<std::unique_ptr<SqlcipherStore>> SqlcipherStore::open(const StoreSettings& settings,
                                                             const crypto::KeyRing& keys,
                                                             const Clock& clock) {
    const auto key = keys.key(crypto::key_name::store);
    if (!key) return failure(key.error());
    const std::filesystem::path file = settings.folder / store_file;
    auto connection = database::Connection::open(file, *key, database::Access::read_write_create);
    if (!connection) return failure(std::move(connection.error()));
    std::unique_ptr<SqlcipherStore> store(
        new SqlcipherStore(std::move(*connection), file.string() + "-wal", clock));
    if (auto loaded = store->load(settings, keys); !loaded) return failure(std::move(loaded.error()));
    return store;
}

Result<void> SqlcipherStore::load(const StoreSettings& settings, const crypto::KeyRing& keys) {
    database::Connection& connection = *connection_;
    if (auto set = connection.execute(writer_pragmas); !set) return set;
    if (auto made = prepare_schema(connection, system_random()); !made) return made;
    auto seed = keys.key(crypto::key_name::audit_signing);
    if (!seed) return failure(std::move(seed.error()));
    auto audit = AuditLog::open(connection, settings, std::move(*seed), *clock_);
    if (!audit) return failure(std::move(audit.error()));
    auto books = Books::open(connection);
    if (!books) return failure(std::move(books.error()));
    auto reports = Reports::open(connection);
    if (!reports) return failure(std::move(reports.error()));
    auto queue = DeliveryQueue::open(connection);
    if (!queue) return failure(std::move(queue.error()));
    auto quarantine = Quarantine::open(connection);
    if (!quarantine) return failure(std::move(quarantine.error()));
    auto watch = WatchTable::open(connection);
    if (!watch) return failure(std::move(watch.error()));
    auto retention = Retention::open(connection);
    if (!retention) return failure(std::move(retention.error()));
    auto withdrawals = Withdrawals::open(connection);
    if (!withdrawals) return failure(std::move(withdrawals.error()));
    auto erasure = ReportErasure::open(connection);
    if (!erasure) return failure(std::move(erasure.error()));
    auto alarms = AlarmTable::open(connection);
    if (!alarms) return failure(std::move(alarms.error()));
    auto objects = ObjectTable::open(connection);
    if (!objects) return failure(std::move(objects.error()));
    auto commitments = CommitmentTable::open(connection);
    if (!commitments) return failure(std::move(commitments.error()));
    parts_.emplace(Parts{std::move(*audit), std::move(*books), std::move(*reports), std::move(*queue),
                         std::move(*quarantine), std::move(*watch), std::move(*retention),
                         std::move(*withdrawals), std::move(*erasure), std::move(*alarms),
                         std::move(*objects), std::move(*commitments)});
    return {};
}

SqlcipherStore::Mark SqlcipherStore::mark() const {
    return {parts_->audit.position(), parts_->books.changes(), parts_->reports.newest(),
            parts_->queue.destinations()};
}

void SqlcipherStore::go_back(const Mark& mark) {
    parts_->audit.go_back(mark.audit);
    parts_->books.go_back(mark.books);
    parts_->reports.go_back(mark.newest_report);
    parts_->queue.go_back(mark.destinations);
}

Result<void> SqlcipherStore::reload() {
    parts_->books.go_back({});
    auto loaded = parts_->audit.reload();
    if (loaded) loaded = parts_->reports.reload();
    if (loaded) loaded = parts_->queue.reload();
    if (loaded) stale_ = false;
    return loaded;
}

Result<void> SqlcipherStore::transact(const std::function<Result<void>()>& work) {
    if (stale_) {
        if (auto loaded = reload(); !loaded) return loaded;
    }
    trouble_.reset();
    auto committed = connection_->transaction([&]() -> Result<void> {
        auto done = work();
        if (done) done = parts_->audit.sign_when_due();
        if (done) done = parts_->audit.save();
        if (done) done = parts_->books.save();
        if (done) done = parts_->queue.save();
        return done;
    });
    stale_ = !committed;
    return committed;
}

Result<void> SqlcipherStore::commit(const std::vector<Job>& jobs, std::vector<Result<void>>& results) {
    results.assign(jobs.size(), {});
    // A savepoint for every job would copy each page it touches. Jobs hardly ever fail, so the group runs
    // without; when one fails after changing something, everything is rolled back and run again with
    // savepoints.
    bool tangled = false;
    auto committed = transact([&] { return run_plain(jobs, results, tangled); });
    if (!tangled) return committed;
    return transact([&] { return run_guarded(jobs, results); });
}

Result<void> SqlcipherStore::run_plain(const std::vector<Job>& jobs, std::vector<Result<void>>& results,
                                       bool& tangled) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        touched_ = false;
        results[i] = jobs[i].work(*this);
        if (trouble_) return failure(*trouble_);
        if (results[i] || !touched_) continue;
        tangled = true;
        return failure(results[i].error());
    }
    return {};
}

Result<void> SqlcipherStore::run_guarded(const std::vector<Job>& jobs, std::vector<Result<void>>& results) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (auto ran = run_in_savepoint(jobs[i], results[i]); !ran) return ran;
    }
    return {};
}

Result<void> SqlcipherStore::run_in_savepoint(const Job& job, Result<void>& result) {
    const Mark before = mark();
    if (auto begun = connection_->execute("SAVEPOINT job"); !begun) return begun;
    result = job.work(*this);
    if (trouble_) return failure(*trouble_);
    if (result) return connection_->execute("RELEASE job");
    go_back(before);
    return connection_->execute("ROLLBACK TO job; RELEASE job");
}

void SqlcipherStore::trim_log() {
    const MonotonicTime now = clock_->monotonic();
    if (now - looked_ < between_looks) return;
    looked_ = now;
    std::error_code none;
    const auto size = std::filesystem::file_size(log_, none);
    if (none || size < log_limit) return;
    // Held by a reader: commits go on, and the next look tries again.
    (void)connection_->checkpoint(checkpoint_patience);
}

Result<void> SqlcipherStore::move_log() {
    return connection_->checkpoint(move_patience);
}

Result<void> SqlcipherStore::finish() {
    auto signed_off = transact([this] { return parts_->audit.sign(); });
    if (!signed_off) return signed_off;
    auto moved = connection_->checkpoint();
    if (!moved && moved.error().kind == ErrorKind::unavailable)
        return {};  // a reader holds it; the next start does it
    return moved;
}

Result<void> SqlcipherStore::record(const std::vector<Inbound>& messages) {
    return change([&] { return record_all(messages); });
}

Result<void> SqlcipherStore::append_audit(audit::Event event) {
    return change([&] { return parts_->audit.append(std::move(event)); });
}

Result<void> SqlcipherStore::append_audit_once(std::string_view name, audit::Event event) {
    return change([&] { return parts_->audit.append_once(name, std::move(event)); });
}

Result<bool> SqlcipherStore::append_audit_on_change(std::string_view what, std::string_view value,
                                                    audit::Event event) {
    return change([&] { return parts_->audit.append_on_change(what, value, std::move(event)); });
}

Result<void> SqlcipherStore::set_destinations(const std::vector<std::string>& names) {
    return change([&] { return parts_->queue.set_destinations(names, parts_->reports.newest()); });
}

Result<void> SqlcipherStore::settle(std::string_view destination,
                                    const std::vector<Settlement>& settlements) {
    return change([&]() -> Result<void> {
        auto events = parts_->queue.settle(destination, settlements, parts_->reports.newest(), clock_->now());
        if (!events) return failure(std::move(events.error()));
        for (audit::Event& event : *events) {
            if (auto appended = parts_->audit.append(std::move(event)); !appended) return appended;
        }
        return {};
    });
}

Result<std::uint64_t> SqlcipherStore::retry(std::string_view destination,
                                            const std::vector<std::uint64_t>& reports,
                                            std::string_view actor) {
    return change([&]() -> Result<std::uint64_t> {
        auto count = parts_->queue.retry(destination, reports);
        if (!count || *count == 0) return count;
        audit::Event event;
        event.actor = actor;
        event.action = audit::Action::dead_letter_retried;
        event.object = "destination " + std::string(destination);
        event.count = *count;
        if (auto appended = parts_->audit.append(std::move(event)); !appended)
            return failure(std::move(appended.error()));
        return count;
    });
}

Result<void> SqlcipherStore::resolve_quarantine(std::uint64_t id, const Inbound& as, std::string_view actor) {
    return change([&]() -> Result<void> {
        if (std::holds_alternative<Quarantined>(as.fate))
            return failure(ErrorKind::invalid_input, "the message would stay in quarantine");
        auto taken = parts_->quarantine.take(id);
        if (!taken) return failure(std::move(taken.error()));
        // It counts as received once, under the device it turned out to be from.
        parts_->books.add(taken->device, BookEntry::received, {}, -1);
        parts_->books.add(taken->device, BookEntry::quarantined, taken->reason, -1);
        if (auto recorded = record_all({as}); !recorded) return recorded;
        audit::Event event;
        event.actor = actor;
        event.action = audit::Action::quarantine_replayed;
        event.object = "entry " + std::to_string(id);
        event.rule = taken->reason;
        return parts_->audit.append(std::move(event));
    });
}

Result<std::uint64_t> SqlcipherStore::expire_quarantine(Instant before) {
    return change([&]() -> Result<std::uint64_t> {
        auto expired = parts_->quarantine.expire(before);
        if (!expired) return failure(std::move(expired.error()));
        // One record a device: so the recount tells whose messages they were.
        std::map<std::int64_t, std::uint64_t> by_device;
        for (const Quarantine::Taken& taken : *expired) {
            const auto count = static_cast<std::int64_t>(taken.count);
            parts_->books.add(taken.device, BookEntry::quarantined, taken.reason, -count);
            parts_->books.add(taken.device, BookEntry::refused, "quarantine_expired", count);
            by_device[taken.device] += taken.count;
        }
        std::uint64_t all = 0;
        for (const auto& [device, count] : by_device) {
            auto appended = append_expired(device, before, count);
            if (!appended) return failure(std::move(appended.error()));
            all += count;
        }
        return all;
    });
}

Result<void> SqlcipherStore::append_expired(std::int64_t device, Instant before, std::uint64_t count) {
    auto name = parts_->books.name_of(device);
    if (!name) return failure(std::move(name.error()));
    audit::Event event;
    event.actor = "gateway";
    event.action = audit::Action::quarantine_expired;
    event.object = expired_object(*name, before);
    event.count = count;
    return parts_->audit.append(std::move(event));
}

Result<void> SqlcipherStore::checkpoint_audit() {
    return change([&] { return parts_->audit.sign(); });
}

Result<void> SqlcipherStore::report_books(const audit::BooksReport& report) {
    return change([&]() -> Result<void> {
        for (audit::Event& event : audit::events_of(report)) {
            if (auto appended = parts_->audit.append(std::move(event)); !appended) return appended;
        }
        if (auto noted = parts_->books.note_report(report.due); !noted) return noted;
        return parts_->audit.sign();
    });
}

Result<void> SqlcipherStore::begin_reports(Instant due) {
    return change([&] { return parts_->books.note_report(due); });
}

}  // namespace edgeward::store
