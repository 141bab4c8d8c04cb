#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <edgeward/audit/books_report.hpp>
#include <edgeward/audit/record.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/device/device_watch.hpp>
#include <edgeward/model/observation.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/store/alarm_log.hpp>
#include <edgeward/store/books.hpp>
#include <edgeward/store/commitment_log.hpp>
#include <edgeward/store/delivery.hpp>
#include <edgeward/store/destination_control.hpp>
#include <edgeward/store/object_files.hpp>
#include <edgeward/store/retention_limits.hpp>

// store.db (SQLCipher): reports, delivery queue, quarantine, books and the audit chain
// (docs/store-format.md). It takes sealed reports under a pseudonym; there is no way to give it an identity.
namespace edgeward::store {

// A report as it lies on disk. `sealed` is the body under the person's (or the technical) data key.
struct SealedReport {
    std::optional<model::Pseudonym> subject;
    std::string device;
    Instant received{};
    Instant effective{};
    Bytes sealed;
    std::vector<model::ObservationId> observations;  // the ids inside, for deduplication; at least one
    std::optional<ObjectFile> file = {};
};

// What became of one inbound message. Exactly one per message received.
struct Stored {
    std::vector<SealedReport> reports;                                  // one per subject of the message
    std::vector<std::pair<std::string, std::uint64_t>> refused_values;  // reason word → count
};
struct Quarantined {
    std::string reason;  // a fixed word: unknown_device, no_mapping, invalid_json, unknown_patient, …
    std::string detail;  // our own words with message and field names of the mapping, no payload octets
    Bytes sealed_topic;  // under the quarantine key
    Bytes sealed_payload;
    std::optional<ObjectFile> file = {};
};
struct Refused {
    std::string reason;  // a fixed word: retained, oversized, nothing_measured, …
    std::vector<std::pair<std::string, std::uint64_t>> refused_values = {};  // as in Stored
};
struct Inbound {
    std::uint64_t ticket = 0;
    std::string device;  // registry id; empty when the device is not known
    Instant received{};
    std::variant<Stored, Quarantined, Refused> fate;
    std::uint64_t unlisted = 0;  // fields of a stored or refused message that its mapping does not list
    // For the device watch; not stored.
    std::vector<std::uint64_t> sequences = {};  // the device's own, of its reports in order
    std::optional<Instant> measured = {};
    std::vector<device::ChannelValue> values = {};
};

// A report that turned out to be another person's, or nobody's for now.
struct Reassignment {
    std::uint64_t report = 0;  // its number
    // The same under the person it was stored for, as what takes it back.
    SealedReport taken_back;
    // Under the other person with observation ids of its own; Inbound with fate Quarantined: held.
    std::variant<SealedReport, Inbound> instead;
};

struct ErasedReports {
    std::uint64_t reports = 0;
    std::map<std::string, std::uint64_t> deliveries;  // destination → ended as erased
};
// Everything that changes the store. Only the writer thread (ew-db) calls it, inside the writer's
// transaction. Errors: as database.hpp (exhausted: the disk is full); invalid_input for unknown ids.
class ObservationStore : public AlarmLog, public CommitmentLog {
public:
    ObservationStore() = default;
    ObservationStore(const ObservationStore&) = delete;
    ObservationStore& operator=(const ObservationStore&) = delete;
    ~ObservationStore() override = default;

    // Stores, quarantines and counts a run of messages, queues each new report for every destination, and
    // appends one batch record (and one per quarantined or refused reason). A message whose observations are
    // all known already counts as refused "duplicate"; one with some known keeps them out of the
    // deduplication but is stored.
    virtual Result<void> record(const std::vector<Inbound>& messages) = 0;
    virtual Result<void> append_audit(audit::Event event) = 0;
    // Appends unless the last call that succeeded had the same name: it may be offered again after a crash.
    virtual Result<void> append_audit_once(std::string_view name, audit::Event event) = 0;
    // Remembers `value` of `what`; appends when another one was remembered before. Gives whether it did.
    virtual Result<bool> append_audit_on_change(std::string_view what, std::string_view value,
                                                audit::Event event) = 0;
    // Makes the destinations known; a new one starts with reports stored from now on.
    virtual Result<void> set_destinations(const std::vector<std::string>& names) = 0;
    // Ends or parks claimed deliveries; one audit record per end state, subject and reason. What has ended
    // stays. invalid_input: never queued there, no state to settle to, no person of a report to be parked.
    virtual Result<void> settle(std::string_view destination, const std::vector<Settlement>& settlements) = 0;
    // Dead or parked → again. Gives how many. `reports` empty: all of the destination.
    virtual Result<std::uint64_t> retry(std::string_view destination,
                                        const std::vector<std::uint64_t>& reports,
                                        std::string_view actor) = 0;
    // Reports the destination had acknowledged → pending again; gives how many. Reports in other states stay.
    virtual Result<std::uint64_t> replay(std::string_view destination,
                                         const std::vector<std::uint64_t>& reports, std::string_view actor,
                                         std::string_view reason) = 0;
    // Pauses, drains or resumes a destination; nothing happens when it is in that mode. invalid_input: no
    // such destination, or not one of change_reasons.
    virtual Result<void> set_mode(std::string_view destination, DestinationMode mode, std::string_view actor,
                                  std::string_view reason) = 0;
    // Gives reports to whom they are: queued ones go nowhere any more (filtered, reason "reassigned"),
    // destinations that may have one get what takes it back, and what stands instead is queued for all.
    // Those taken back before are left alone; gives the numbers of the others. With audit records.
    virtual Result<std::vector<std::uint64_t>> reassign(const std::vector<Reassignment>& reassignments) = 0;
    // Takes an entry out of quarantine as `as`, after a replay; not Quarantined again.
    virtual Result<void> resolve_quarantine(std::uint64_t id, const Inbound& as, std::string_view actor) = 0;
    virtual Result<std::uint64_t> expire_quarantine(Instant before) = 0;
    // Signs a checkpoint over the present chain when it has grown since the last one.
    virtual Result<void> checkpoint_audit() = 0;
    // Writes a reconciliation report into the audit log, remembers when it was due, and signs.
    virtual Result<void> report_books(const audit::BooksReport& report) = 0;
    // The same without a report: the first one is due after that moment.
    virtual Result<void> begin_reports(Instant due) = 0;
    // Removes body and pseudonym of reports behind `after` that are beyond their limit and that no
    // destination waits for, with an audit record; looks at `most` reports at most. Pending and parked ones
    // stay, however old. The books do not change.
    virtual Result<Retired> retire(const RetentionLimits& limits, std::uint64_t after, std::size_t most) = 0;
    // Removes ids of observations of removed reports that were measured in an hour before `before`: from then
    // on a repetition of theirs is not recognised any more.
    virtual Result<Forgotten> forget_ids(Instant before, const Bytes& after, std::size_t most) = 0;
    // Ends as erased what no destination has got of those reports that are of `subjects`, dead letters too,
    // and removes bodies and pseudonyms, with audit records of that rule.
    virtual Result<ErasedReports> erase_reports(const std::vector<std::uint64_t>& reports,
                                                const std::vector<model::Pseudonym>& subjects,
                                                const std::string& rule) = 0;
    // Takes messages out of quarantine: refused "erased", records name `why`. Gives how many were still
    // there.
    virtual Result<std::uint64_t> erase_quarantine(const std::vector<std::uint64_t>& ids,
                                                   const std::string& why) = 0;
    // These files of ownerless objects are gone.
    virtual Result<void> forget_objects(const std::vector<model::ObjectName>& names) = 0;
    // Keeps what the device watch knows. `exact`: no message came after it, the gateway stops.
    virtual Result<void> save_watched(const std::vector<device::Watched>& devices, bool exact) = 0;
};

struct StoreSettings {
    std::filesystem::path folder;
    std::chrono::seconds checkpoint_interval{10};
    std::uint64_t checkpoint_records = 1000;
};

}  // namespace edgeward::store
