#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/store_reader.hpp>

namespace edgeward::store {

// A row of number, subject, device, received, sealed body, attempts.
Result<void> read_delivery(const database::Statement& row, std::vector<Delivery>& into);

// Reads store.db on a read-only connection of its own; it never moves the write-ahead log.
class SqlcipherReader final : public StoreReader {
public:
    // The tables must be there: opened after the writing side.
    static Result<std::unique_ptr<SqlcipherReader>> open(const StoreSettings& settings,
                                                         const crypto::KeyRing& keys,
                                                         std::size_t cache_kib = 8192);

    Result<std::uint64_t> newest_report() override;
    Result<std::vector<PendingLane>> pending_lanes(std::string_view destination, std::uint64_t after,
                                                   std::size_t most) override;
    Result<Standing> standing(std::string_view device, std::uint64_t after, Instant from, Instant until,
                              std::size_t most) override;
    Result<std::uint64_t> received_before(Instant when) override;
    Result<std::vector<Delivery>> again(std::string_view destination, std::uint64_t after,
                                        std::size_t most) override;
    Result<Acknowledged> acknowledged(std::string_view destination, std::uint64_t after, Instant from,
                                      Instant until, std::size_t most) override;
    Result<std::map<std::string, DestinationControl>> destination_controls() override;
    Result<std::vector<Delivery>> pending(std::string_view destination, std::uint64_t after,
                                          std::size_t most) override;
    Result<std::vector<Delivery>> parked(std::string_view destination, const model::Pseudonym& subject,
                                         std::size_t most) override;
    Result<std::vector<std::pair<model::Pseudonym, Instant>>> parked_subjects(
        std::string_view destination) override;
    Result<InboundBook> inbound_book(std::string_view device) override;
    Result<std::map<std::string, InboundBook>> device_books() override;
    Result<std::vector<std::string>> devices() override;
    Result<std::map<std::string, DestinationBook>> destination_books() override;
    Result<std::vector<DeadLetter>> dead_letters(std::string_view destination, std::size_t most) override;
    Result<Delivery> report(std::uint64_t number) override;
    Result<PersonReports> reports_of(const std::function<bool(const model::Pseudonym&)>& theirs,
                                     std::uint64_t after, std::size_t most) override;
    Result<std::vector<QuarantineEntry>> quarantine(std::size_t most, std::uint64_t after = 0) override;
    Result<QuarantineEntry> quarantine_entry(std::uint64_t id) override;
    Result<std::vector<model::ObjectName>> ownerless_objects(std::size_t most) override;
    Result<bool> knows_object(const model::ObjectName& name) override;
    Result<ObjectTotals> object_totals() override;
    Result<WatchedDevices> watched() override;
    Result<KnownAlarms> alarms(Instant ended_since) override;
    Result<std::vector<OpenCommitment>> open_commitments() override;
    Result<CommitmentLook> look_at_commitment(std::uint64_t number, const std::set<std::string>& archives,
                                              std::size_t most) override;
    Result<std::vector<CommitmentObject>> commitment_objects(std::uint64_t number) override;
    Result<ChainState> chain() override;
    Result<std::optional<Instant>> books_reported() override;
    Result<StoreSpace> space() override;
    Result<std::uint64_t> records_about(
        const model::Pseudonym& subject, std::uint64_t after, std::size_t most,
        const std::function<void(Instant, const audit::Event&)>& record) override;
    Result<PersonMeasurements> measurements_of(const model::Pseudonym& subject, std::uint64_t after,
                                               std::size_t stretch, std::size_t most) override;
    Result<void> export_audit(std::uint64_t first, std::size_t most,
                              const std::function<void(const audit::Record&)>& record,
                              const std::function<void(std::string_view note)>& checkpoint) override;

private:
    struct Piece;  // of an export: what is read in one go
    SqlcipherReader(database::Connection connection, std::filesystem::path file)
        : connection_(std::move(connection)), file_(std::move(file)) {}
    // Where a stretch of `most` numbers ends, when there are more; 0 otherwise.
    Result<std::uint64_t> end_of_stretch(std::string_view newest, std::uint64_t after, std::size_t most);
    Result<crypto::Digest> digest_before(std::uint64_t first);
    Result<Piece> read_piece(std::uint64_t from, std::uint64_t last, const crypto::Digest& previous);
    Result<Piece> read_locked(std::uint64_t from, std::uint64_t last,
                              const std::optional<crypto::Digest>& head);
    Result<void> read_notes(std::uint64_t from, Piece& piece);
    Result<database::Statement*> pending_question();

    std::mutex mutex_;
    database::Connection connection_;
    const std::filesystem::path file_;
    std::optional<database::Statement> pending_;  // after the connection: a statement ends before it
};

}  // namespace edgeward::store
