#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/observation_store.hpp>
#include <edgeward/store/writer.hpp>

#include "alarm_table.hpp"
#include "audit_log.hpp"
#include "books.hpp"
#include "commitment_table.hpp"
#include "delivery_queue.hpp"
#include "erasure.hpp"
#include "object_table.hpp"
#include "quarantine.hpp"
#include "reports.hpp"
#include "retention.hpp"
#include "watch_table.hpp"
#include "withdrawals.hpp"

namespace edgeward::store {

inline constexpr std::string_view store_file = "store.db";
// Row of the table meta: when the newest reconciliation report was due, in ms since 1970.
inline constexpr std::string_view books_reported_name = "books_reported";

// The store on the one writing connection: the tables' parts, and transactions over whole groups of jobs.
// One thread; the members of ObservationStore are for jobs that commit() runs.
class SqlcipherStore final : public ObservationStore {
public:
    static Result<std::unique_ptr<SqlcipherStore>> open(const StoreSettings& settings,
                                                        const crypto::KeyRing& keys, const Clock& clock);

    // Runs the jobs in one transaction and commits; results[i] says how job i ended, a failed one has changed
    // nothing. A checkpoint that is due is signed in the same transaction. An error is one of the
    // transaction: nothing of it happened, the jobs may be committed again.
    Result<void> commit(const std::vector<Job>& jobs, std::vector<Result<void>>& results);
    // Empties a write-ahead log that readers have kept from being begun anew, as soon as none holds it. Call
    // after every commit.
    void trim_log();
    // Writer::move_log().
    Result<void> move_log();
    // Signs what has no checkpoint yet and moves the write-ahead log into the file.
    Result<void> finish();
    [[nodiscard]] std::chrono::milliseconds until_checkpoint() const { return parts_->audit.until_due(); }

    Result<void> record(const std::vector<Inbound>& messages) override;
    Result<void> append_audit(audit::Event event) override;
    Result<void> append_audit_once(std::string_view name, audit::Event event) override;
    Result<bool> append_audit_on_change(std::string_view what, std::string_view value,
                                        audit::Event event) override;
    Result<void> set_destinations(const std::vector<std::string>& names) override;
    Result<void> settle(std::string_view destination, const std::vector<Settlement>& settlements) override;
    Result<std::uint64_t> retry(std::string_view destination, const std::vector<std::uint64_t>& reports,
                                std::string_view actor) override;
    Result<std::uint64_t> replay(std::string_view destination, const std::vector<std::uint64_t>& reports,
                                 std::string_view actor, std::string_view reason) override;
    Result<void> set_mode(std::string_view destination, DestinationMode mode, std::string_view actor,
                          std::string_view reason) override;
    Result<std::vector<std::uint64_t>> reassign(const std::vector<Reassignment>& reassignments) override;
    Result<void> resolve_quarantine(std::uint64_t id, const Inbound& as, std::string_view actor) override;
    Result<std::uint64_t> expire_quarantine(Instant before) override;
    Result<void> checkpoint_audit() override;
    Result<void> report_books(const audit::BooksReport& report) override;
    Result<void> begin_reports(Instant due) override;
    Result<Retired> retire(const RetentionLimits& limits, std::uint64_t after, std::size_t most) override;
    Result<Forgotten> forget_ids(Instant before, const Bytes& after, std::size_t most) override;
    Result<ErasedReports> erase_reports(const std::vector<std::uint64_t>& reports,
                                        const std::vector<model::Pseudonym>& subjects,
                                        const std::string& rule) override;
    Result<std::uint64_t> erase_quarantine(const std::vector<std::uint64_t>& ids,
                                           const std::string& why) override;
    Result<void> forget_objects(const std::vector<model::ObjectName>& names) override;
    Result<void> save_watched(const std::vector<device::Watched>& devices, bool exact) override;
    Result<void> save_alarms(const std::vector<AlarmChange>& changes) override;
    Result<void> settle_notice(const AlarmNotice& notice, const audit::Event& event) override;
    Result<std::uint64_t> erase_alarms(const std::function<bool(const model::Pseudonym&)>& theirs,
                                       const std::string& rule) override;
    Result<std::uint64_t> retire_alarms(Instant before) override;
    Result<CommitmentTaken> take_commitment(const AskedCommitment& asked, std::size_t most_open) override;
    Result<void> settle_commitment(std::uint64_t number, const CommitmentVerdicts& verdicts,
                                   bool last) override;
    Result<void> end_commitment(std::uint64_t number, const std::string& not_told_why) override;

private:
    struct Parts {
        AuditLog audit;
        Books books;
        Reports reports;
        DeliveryQueue queue;
        Quarantine quarantine;
        WatchTable watch;
        Retention retention;
        Withdrawals withdrawals;
        ReportErasure erasure;
        AlarmTable alarms;
        ObjectTable objects;
        CommitmentTable commitments;
    };
    // What a rolled-back job or transaction must give back beside the rows.
    struct Mark {
        AuditLog::Position audit;
        Books::Changes books;
        std::uint64_t newest_report = 0;
        DeliveryQueue::Destinations destinations;
    };
    struct Batch;
    struct Reassigned;

    SqlcipherStore(database::Connection connection, std::filesystem::path log, const Clock& clock);
    Result<void> load(const StoreSettings& settings, const crypto::KeyRing& keys);
    Result<void> reload();
    [[nodiscard]] Mark mark() const;
    void go_back(const Mark& mark);

    Result<void> transact(const std::function<Result<void>()>& work);
    Result<void> run_plain(const std::vector<Job>& jobs, std::vector<Result<void>>& results, bool& tangled);
    Result<void> run_guarded(const std::vector<Job>& jobs, std::vector<Result<void>>& results);
    Result<void> run_in_savepoint(const Job& job, Result<void>& result);
    // Around everything that changes the database.
    template <typename Work>
    auto change(Work work) -> decltype(work()) {
        if (trouble_) return failure(*trouble_);
        touched_ = true;
        auto done = work();
        if (!done && is_trouble(done.error().kind)) trouble_ = done.error();
        return done;
    }
    // A refused call leaves the transaction sound; anything else may have ended it.
    static bool is_trouble(ErrorKind kind) noexcept {
        return kind != ErrorKind::invalid_input && kind != ErrorKind::denied;
    }

    Result<void> record_all(const std::vector<Inbound>& messages);
    Result<void> take_in(const Inbound& message, Batch& batch);
    Result<void> take_stored(const Inbound& message, const Stored& fate, std::int64_t device, Batch& batch);
    Result<void> take_quarantined(const Inbound& message, const Quarantined& fate, std::int64_t device,
                                  Batch& batch);
    Result<void> reassign_one(const Reassignment& one, Batch& batch, Reassigned& done);
    Result<std::uint64_t> add_beside(const SealedReport& report, bool is_new, Batch& batch);
    Result<void> append_reassigned(const Reassigned& done);
    void count_values(std::int64_t device, const std::vector<std::pair<std::string, std::uint64_t>>& values,
                      std::uint64_t unlisted);
    void count_refused(const Inbound& message, std::int64_t device, const std::string& reason, Batch& batch);
    Result<void> append_batch(const Batch& batch);
    // Out of the quarantine into refused; gives how many of each device were there.
    Result<std::map<std::int64_t, std::uint64_t>> take_held(const std::vector<std::uint64_t>& ids);
    Result<void> append_quarantine_erased(std::int64_t device, const std::string& why, std::uint64_t count);
    Result<void> append_forgotten(const Result<std::vector<CommitmentTable::Ended>>& ended);
    Result<void> append_expired(std::int64_t device, Instant before, std::uint64_t count);

    // On the heap: statements and parts keep its address.
    std::unique_ptr<database::Connection> connection_;
    const std::filesystem::path log_;
    const Clock* clock_;
    MonotonicTime looked_{};  // at the size of the log
    std::optional<Parts> parts_;
    std::optional<Error> trouble_;  // of the database in this transaction: nothing more may be run in it
    bool touched_ = false;          // the running job has called a member that changes something
    bool stale_ = false;            // after a rollback: memory is read again before the next transaction
};

}  // namespace edgeward::store
