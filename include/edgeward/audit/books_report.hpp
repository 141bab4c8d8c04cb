#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/audit/record.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

// The daily reconciliation report: the books as audit records, one for each device and destination and one
// that closes the report over them (docs/audit-format.md, "Reconciliation report"). Pure. One thread.
namespace edgeward::audit {

// Messages of one device since the installation; received = stored + quarantined + refused.
struct DeviceLine {
    std::string device;  // empty: devices that are not known
    std::uint64_t received = 0, stored = 0, quarantined = 0, refused = 0;
};
// Reports at one destination; offered = delivered + pending + dead + filtered + erased.
struct DestinationLine {
    std::string destination;
    std::uint64_t offered = 0, delivered = 0, pending = 0, dead = 0, filtered = 0, erased = 0;
};
struct BooksReport {
    Instant due{};            // the moment it was to be made
    std::uint64_t as_of = 0;  // newest audit record when the books were read
    // Lines in which the rows say something else than the books; nothing: the rows were not counted.
    std::optional<std::uint64_t> differences;
    std::vector<DeviceLine> devices;
    std::vector<DestinationLine> destinations;
};

bool is_balanced(const DeviceLine& line) noexcept;
bool is_balanced(const DestinationLine& line) noexcept;
// Every line balances and the rows, when counted, say the same.
bool is_balanced(const BooksReport& report) noexcept;

// The records of a report in their order; the closing one is the last. Outcome failure where something does
// not balance.
std::vector<Event> events_of(const BooksReport& report);

// What the reports in a log say.
struct BooksFindings {
    std::uint64_t reports = 0;    // complete ones
    std::uint64_t unsound = 0;    // of those: not balanced, or not the ones the closing record stands for
    std::uint64_t first_bad = 0;  // sequence of the first unsound one's closing record; 0: none
    std::string newest;           // object of the newest closing record
    bool newest_balanced = true;
};

// Finds the reports in a log, record by record, and holds each against its closing record and its equations.
class BooksReader {
public:
    void take(std::uint64_t sequence, const Event& event);
    [[nodiscard]] const BooksFindings& findings() const noexcept { return findings_; }

private:
    BooksFindings findings_;
    Bytes lines_;
    std::uint64_t count_ = 0;
    std::uint64_t seen_ = 0;   // records of any kind
    std::uint64_t first_ = 0;  // sequence of the first one
    bool balanced_ = true;
};

}  // namespace edgeward::audit
