#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>

// Requests of senders of objects that want to know whether what they sent is kept for good, until they have
// been told (docs/dicom.md, docs/adr/0063). What a request names may lead to a person: it goes with the
// person's reports and with the answer.
namespace edgeward::store {

// Of one object of a request; numbers are on disk.
enum class Kept : std::uint8_t {
    committed = 0,    // every archive it was queued for has committed itself
    unknown = 1,      // never came from that sender, or is not here any more
    other_class = 2,  // it is an object of another SOP class
    failed = 3,       // no archive keeps it, or none has said so in time
};

struct CommitmentObject {
    std::string sop_class;
    std::string sop_instance;
    std::optional<Kept> kept = {};  // nothing: not decided
    friend bool operator==(const CommitmentObject&, const CommitmentObject&) = default;
};

struct AskedCommitment {
    std::string sender;
    std::string transaction;  // UID, the sender's
    std::vector<CommitmentObject> objects;
};
enum class CommitmentTaken : std::uint8_t { taken, same_again, other_content, too_many };

struct OpenCommitment {
    std::uint64_t number = 0;
    std::string sender;
    std::string transaction;
    Instant taken{};
    std::optional<Instant> decided;
};

// What is decided of a request: the place of each object in it.
using CommitmentVerdicts = std::vector<std::pair<std::uint64_t, Kept>>;

// The writing half; a part of ObservationStore, and as its members.
class CommitmentLog {
public:
    CommitmentLog() = default;
    CommitmentLog(const CommitmentLog&) = delete;
    CommitmentLog& operator=(const CommitmentLog&) = delete;
    virtual ~CommitmentLog() = default;

    // Keeps a request, with an audit record, unless its sender has `most_open` already.
    virtual Result<CommitmentTaken> take_commitment(const AskedCommitment& asked, std::size_t most_open) = 0;
    // What was decided stays so. `last`: what is not decided by then has failed, and the answer stands.
    virtual Result<void> settle_commitment(std::uint64_t number, const CommitmentVerdicts& verdicts,
                                           bool last) = 0;
    // Ends a request, with an audit record: its sender was told, or will not be for that reason (a fixed
    // word; empty: it was). It may have ended before.
    virtual Result<void> end_commitment(std::uint64_t number, const std::string& not_told_why) = 0;
};

// The reading half; a part of StoreReader, and as its members.
class CommitmentReader {
public:
    CommitmentReader() = default;
    CommitmentReader(const CommitmentReader&) = delete;
    CommitmentReader& operator=(const CommitmentReader&) = delete;
    virtual ~CommitmentReader() = default;

    // In the order they came.
    virtual Result<std::vector<OpenCommitment>> open_commitments() = 0;
    struct CommitmentLook {
        CommitmentVerdicts verdicts;  // of what was not decided, in order, up to the first that waits
        bool waits = false;
        bool all = false;  // nothing is left to be looked at
    };
    // `archives`: destinations that commit themselves. Looks at `most` objects at most.
    virtual Result<CommitmentLook> look_at_commitment(std::uint64_t number,
                                                      const std::set<std::string>& archives,
                                                      std::size_t most) = 0;
    // In the order of the request.
    virtual Result<std::vector<CommitmentObject>> commitment_objects(std::uint64_t number) = 0;
};

}  // namespace edgeward::store
