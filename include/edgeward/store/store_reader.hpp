#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <edgeward/device/device_watch.hpp>
#include <edgeward/store/alarm_log.hpp>
#include <edgeward/store/books.hpp>
#include <edgeward/store/commitment_log.hpp>
#include <edgeward/store/destination_control.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::store {

// Whose a waiting report is, without its body.
struct PendingLane {
    std::uint64_t report = 0;
    std::optional<model::Pseudonym> subject;
    std::string device;
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

// Reading, on a connection of its own. Any thread; calls are serialised.
class StoreReader : public AlarmReader, public CommitmentReader {
public:
    StoreReader() = default;
    StoreReader(const StoreReader&) = delete;
    StoreReader& operator=(const StoreReader&) = delete;
    ~StoreReader() override = default;

    // Pending reports with number > `after`, in order, at most `most`.
    virtual Result<std::vector<Delivery>> pending(std::string_view destination, std::uint64_t after,
                                                  std::size_t most) = 0;
    // The highest number a report has; 0: none.
    virtual Result<std::uint64_t> newest_report() = 0;
    // Whose the pending reports with number > `after` are, in order, at most `most`.
    virtual Result<std::vector<PendingLane>> pending_lanes(std::string_view destination, std::uint64_t after,
                                                           std::size_t most) = 0;
    // Reports about persons that the device measured in [from, until) and that still stand, number > `after`,
    // in order. Looks at no more than `most` reports; gives how far it looked, 0: to the end.
    struct Standing {
        std::vector<Delivery> reports;
        std::uint64_t looked_to = 0;
    };
    virtual Result<Standing> standing(std::string_view device, std::uint64_t after, Instant from,
                                      Instant until, std::size_t most) = 0;
    // A report number before which nothing was received at or after `when`, as far as clocks went on.
    virtual Result<std::uint64_t> received_before(Instant when) = 0;
    // As pending(), for reports that are pending again.
    virtual Result<std::vector<Delivery>> again(std::string_view destination, std::uint64_t after,
                                                std::size_t most) = 0;
    // Numbers of reports > `after` that the destination acknowledged and that were received in [from, until),
    // in order. Looks at no more than `most` reports; gives how far it looked, 0: to the end.
    struct Acknowledged {
        std::vector<std::uint64_t> reports;
        std::uint64_t looked_to = 0;
    };
    virtual Result<Acknowledged> acknowledged(std::string_view destination, std::uint64_t after, Instant from,
                                              Instant until, std::size_t most) = 0;
    virtual Result<std::map<std::string, DestinationControl>> destination_controls() = 0;
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
    // Reports > `after` whose person is one of `theirs` and that still have a body, and what became of them
    // where. Looks at no more than `most` reports; gives how far it looked, 0: to the end.
    struct PersonReports {
        std::vector<std::uint64_t> reports;
        std::map<std::string, std::map<DeliveryState, std::uint64_t>> deliveries;  // by destination
        std::uint64_t looked_to = 0;
    };
    virtual Result<PersonReports> reports_of(const std::function<bool(const model::Pseudonym&)>& theirs,
                                             std::uint64_t after, std::size_t most) = 0;
    // By id, those > `after`.
    virtual Result<std::vector<QuarantineEntry>> quarantine(std::size_t most, std::uint64_t after = 0) = 0;
    virtual Result<QuarantineEntry> quarantine_entry(std::uint64_t id) = 0;
    // Files whose report has no body any more, or whose message has left the quarantine.
    virtual Result<std::vector<model::ObjectName>> ownerless_objects(std::size_t most) = 0;
    virtual Result<bool> knows_object(const model::ObjectName& name) = 0;
    virtual Result<ObjectTotals> object_totals() = 0;
    struct WatchedDevices {
        std::vector<device::Watched> devices;
        bool exact = true;
    };
    virtual Result<WatchedDevices> watched() = 0;
    virtual Result<ChainState> chain() = 0;
    // When the newest reconciliation report was due; nothing before the first one.
    virtual Result<std::optional<Instant>> books_reported() = 0;
    virtual Result<StoreSpace> space() = 0;
    // What the audit log says about one person: calls `record` for those among the `most` records after
    // `after`, in order. Gives how far it looked; 0: to the end.
    virtual Result<std::uint64_t> records_about(
        const model::Pseudonym& subject, std::uint64_t after, std::size_t most,
        const std::function<void(Instant, const audit::Event&)>& record) = 0;
    // One person's reports with number > `after` that retention has left and nobody took back, in order, at
    // most `most` and among the `stretch` numbers after `after`. 0: to the end.
    struct PersonMeasurements {
        std::vector<Delivery> reports;
        std::uint64_t looked_to = 0;
    };
    virtual Result<PersonMeasurements> measurements_of(const model::Pseudonym& subject, std::uint64_t after,
                                                       std::size_t stretch, std::size_t most) = 0;
    // Calls `record` for at most `most` audit records from `first` on, in order, and `checkpoint` for every
    // checkpoint after the record it covers last.
    virtual Result<void> export_audit(std::uint64_t first, std::size_t most,
                                      const std::function<void(const audit::Record&)>& record,
                                      const std::function<void(std::string_view note)>& checkpoint) = 0;
};

}  // namespace edgeward::store
