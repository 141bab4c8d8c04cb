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
#include <edgeward/audit/hash_chain.hpp>
#include <edgeward/audit/record.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/model/observation.hpp>
#include <edgeward/model/pseudonym.hpp>
#include <edgeward/store/books.hpp>

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
};

// State of one report at one destination.
enum class DeliveryState : std::uint8_t {
    pending = 0,
    parked = 1,
    delivered = 2,
    dead = 3,
    filtered = 4,
    erased = 5
};

struct Delivery {
    std::uint64_t report = 0;  // report number, grows with storage order
    std::optional<model::Pseudonym> subject;
    std::string device;
    Instant received{};
    Bytes sealed;
    std::uint32_t attempts = 0;
};

// How one claimed report ended, or that it has to wait.
struct Settlement {
    std::uint64_t report = 0;
    DeliveryState state = DeliveryState::delivered;  // delivered, dead, filtered or parked
    std::string reason;                              // fixed word or rule; empty for delivered
    Bytes sealed_foreign;                            // the peer's words, sealed; dead and parked only
    Instant retry_at{};                              // parked only
    std::uint32_t attempts = 0;
};

struct DeadLetter {
    std::string destination;
    std::uint64_t report = 0;
    std::string device;
    std::string reason;
    std::uint32_t attempts = 0;
    Instant settled{};
    Bytes sealed_foreign;
};
struct QuarantineEntry {
    std::uint64_t id = 0;
    Instant received{};
    std::string device;
    std::string reason;
    std::string detail;
    Bytes sealed_topic;
    Bytes sealed_payload;
};

struct ChainState {
    std::string origin;  // "edgeward/<installation id>"
    std::uint64_t sequence = 0;
    crypto::Digest head{};
    std::uint64_t checkpoint = 0;  // size of the newest signed checkpoint
    std::string checkpoint_note;
};

// Everything that changes the store. Only the writer thread (ew-db) calls it, inside the writer's
// transaction. Errors: as database.hpp (exhausted: the disk is full); invalid_input for unknown ids.
class ObservationStore {
public:
    ObservationStore() = default;
    ObservationStore(const ObservationStore&) = delete;
    ObservationStore& operator=(const ObservationStore&) = delete;
    virtual ~ObservationStore() = default;

    // Stores, quarantines and counts a run of messages, queues each new report for every destination, and
    // appends one batch record (and one per quarantined or refused reason). A message whose observations are
    // all known already counts as refused "duplicate"; one with some known keeps them out of the
    // deduplication but is stored.
    virtual Result<void> record(const std::vector<Inbound>& messages) = 0;
    virtual Result<void> append_audit(audit::Event event) = 0;
    // Appends unless the last call that succeeded had the same name: it may be offered again after a crash.
    virtual Result<void> append_audit_once(std::string_view name, audit::Event event) = 0;
    // Makes the destinations known; a new one starts with reports stored from now on.
    virtual Result<void> set_destinations(const std::vector<std::string>& names) = 0;
    // Ends or parks claimed deliveries; one audit record per end state, subject and reason. What has ended
    // stays. invalid_input: never queued there, no state to settle to, no person of a report to be parked.
    virtual Result<void> settle(std::string_view destination, const std::vector<Settlement>& settlements) = 0;
    // Dead or parked → pending again. Gives how many. `reports` empty: all of the destination.
    virtual Result<std::uint64_t> retry(std::string_view destination,
                                        const std::vector<std::uint64_t>& reports,
                                        std::string_view actor) = 0;
    // Takes an entry out of quarantine as `as`, after a replay; not Quarantined again.
    virtual Result<void> resolve_quarantine(std::uint64_t id, const Inbound& as, std::string_view actor) = 0;
    virtual Result<std::uint64_t> expire_quarantine(Instant before) = 0;
    // Signs a checkpoint over the present chain when it has grown since the last one.
    virtual Result<void> checkpoint_audit() = 0;
    // Writes a reconciliation report into the audit log, remembers when it was due, and signs.
    virtual Result<void> report_books(const audit::BooksReport& report) = 0;
    // The same without a report: the first one is due after that moment.
    virtual Result<void> begin_reports(Instant due) = 0;
};

// Reading, on a connection of its own. Any thread; calls are serialised.
class StoreReader {
public:
    StoreReader() = default;
    StoreReader(const StoreReader&) = delete;
    StoreReader& operator=(const StoreReader&) = delete;
    virtual ~StoreReader() = default;

    // Pending reports with number > `after`, in order, at most `most`.
    virtual Result<std::vector<Delivery>> pending(std::string_view destination, std::uint64_t after,
                                                  std::size_t most) = 0;
    // Parked reports of one person in order, and the persons whose first parked report is due. O(parked).
    virtual Result<std::vector<Delivery>> parked(std::string_view destination,
                                                 const model::Pseudonym& subject, std::size_t most) = 0;
    virtual Result<std::vector<std::pair<model::Pseudonym, Instant>>> parked_subjects(
        std::string_view destination) = 0;
    virtual Result<InboundBook> inbound_book(std::string_view device = {}) = 0;
    // By device, all as of one moment; the empty name: devices that are not known.
    virtual Result<std::map<std::string, InboundBook>> device_books() = 0;
    virtual Result<std::vector<std::string>> devices() = 0;
    virtual Result<std::map<std::string, DestinationBook>> destination_books() = 0;
    virtual Result<std::vector<DeadLetter>> dead_letters(std::string_view destination, std::size_t most) = 0;
    virtual Result<Delivery> report(std::uint64_t number) = 0;
    virtual Result<std::vector<QuarantineEntry>> quarantine(std::size_t most) = 0;
    virtual Result<QuarantineEntry> quarantine_entry(std::uint64_t id) = 0;
    virtual Result<ChainState> chain() = 0;
    // When the newest reconciliation report was due; nothing before the first one.
    virtual Result<std::optional<Instant>> books_reported() = 0;
    virtual Result<StoreSpace> space() = 0;
    // Calls `record` for at most `most` audit records from `first` on, in order, and `checkpoint` for every
    // checkpoint after the record it covers last.
    virtual Result<void> export_audit(std::uint64_t first, std::size_t most,
                                      const std::function<void(const audit::Record&)>& record,
                                      const std::function<void(std::string_view note)>& checkpoint) = 0;
};

struct StoreSettings {
    std::filesystem::path folder;
    std::chrono::seconds checkpoint_interval{10};
    std::uint64_t checkpoint_records = 1000;
};

}  // namespace edgeward::store
