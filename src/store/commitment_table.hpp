#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/commitment_log.hpp>

namespace edgeward::store {

// The tables commitment and commitment_object. Works inside the caller's transaction. One thread.
class CommitmentTable {
public:
    static Result<CommitmentTable> open(database::Connection& connection);

    struct Taken {
        CommitmentTaken outcome = CommitmentTaken::taken;
        std::uint64_t number = 0;
    };
    Result<Taken> take(const AskedCommitment& asked, std::size_t most_open, Instant now);
    Result<void> settle(std::uint64_t number, const CommitmentVerdicts& verdicts);
    // What is open has failed, and the answer stands.
    Result<void> decide(std::uint64_t number, Instant now);
    struct Ended {
        std::uint64_t number = 0;
        std::string sender;
        std::uint64_t objects = 0;
        std::uint64_t committed = 0;
    };
    // Nothing: there is no such request.
    Result<std::optional<Ended>> end(std::uint64_t number);
    // Objects of an erased person, by report or held message, leave every request, and the others in it have
    // failed: a report that names them alone would pass for one of all. Gives the requests that named
    // nothing else, which end.
    Result<std::vector<Ended>> forget_reports(const std::vector<std::uint64_t>& reports);
    Result<std::vector<Ended>> forget_held(const std::vector<std::uint64_t>& ids);

private:
    enum Sql : std::uint8_t {
        find_same,
        count_open,
        insert_request,
        last_number,
        find_object,
        insert_object,
        set_kept,
        fail_open,
        set_decided,
        select_request,
        count_objects,
        remove_objects,
        remove_request,
        fail_with_report,
        forget_report,
        fail_with_quarantined,
        forget_quarantined,
        select_empty,
        statements
    };
    struct Found {
        std::optional<std::uint64_t> report;
        std::optional<std::uint64_t> held;
        std::optional<Kept> kept;
    };
    // Nothing: it is to be taken.
    Result<std::optional<CommitmentTaken>> reason_not_to_take(const AskedCommitment& asked,
                                                              std::size_t most_open, ByteView content);
    Result<Found> find(const std::string& sender, const CommitmentObject& object);
    Result<void> add(std::uint64_t number, std::uint64_t position, const CommitmentObject& object,
                     const Found& found);
    Result<std::vector<Ended>> forget(Sql fail_with, Sql remove_them,
                                      const std::vector<std::uint64_t>& numbers);

    std::array<database::Statement, statements> sql_;
};

}  // namespace edgeward::store
