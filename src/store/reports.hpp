#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::store {

// What an audit record of a batch vouches for (docs/store-format.md):
//   SHA-256( number (8) ‖ length (1) subject ‖ length (2) device ‖ received (8) ‖ effective (8) ‖ sealed )
crypto::Digest report_digest(std::uint64_t number, const SealedReport& report);

// The tables report and observation_id. Works inside the caller's transaction. One thread.
class Reports {
public:
    static Result<Reports> open(database::Connection& connection);

    struct Added {
        std::vector<std::uint64_t> numbers;  // of the reports stored; empty: every observation was known
        Bytes digests;                       // of those reports, one after the other
        std::uint64_t observations = 0;      // ids that were not known
    };
    // Stores the reports of one message but those whose observations are all known.
    Result<Added> add(const std::vector<SealedReport>& reports, std::int64_t device);

    // Stores one that belongs to a message counted before. `is_new`: its observations are not known yet.
    Result<Added> add_beside(const SealedReport& report, std::int64_t device, bool is_new);

    // Number of the newest report; 0: none.
    [[nodiscard]] std::uint64_t newest() const noexcept { return newest_; }
    void go_back(std::uint64_t newest) noexcept { newest_ = newest; }
    Result<void> reload();

private:
    Result<std::uint64_t> claim_ids(const SealedReport& report, std::uint64_t number);
    Result<void> insert(const SealedReport& report, std::int64_t device, bool leads,
                        const crypto::Digest& digest);

    enum Sql : std::uint8_t { insert_id, insert_ids, insert_report, select_newest, statements };
    std::array<database::Statement, statements> sql_;
    std::uint64_t newest_ = 0;
};

}  // namespace edgeward::store
