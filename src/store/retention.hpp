#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/observation_store.hpp>

namespace edgeward::store {

// Takes the content off reports whose time is over: body and pseudonym go, number, times and row digest stay,
// so that the books can be recounted and every batch still fits its audit record. Works inside the caller's
// transaction. One thread.
class Retention {
public:
    static Result<Retention> open(database::Connection& connection);

    struct Removed {
        Retired retired;
        std::uint64_t first = 0, last = 0;
        Bytes vouched;  // number (8) and row digest (32) of each
    };
    Result<Removed> retire(const RetentionLimits& limits, std::uint64_t after, std::size_t most,
                           const std::vector<std::int64_t>& destinations);
    Result<Forgotten> forget(Instant before, const Bytes& after, std::size_t most);

private:
    struct Row {
        std::uint64_t number = 0;
        std::optional<model::Pseudonym> subject;
        bool has_body = false;
        Instant received{};
        crypto::Digest digest{};
    };
    Result<std::vector<Row>> rows_after(std::uint64_t number, std::size_t most);
    Result<bool> is_settled(std::uint64_t report, const std::vector<std::int64_t>& destinations,
                            Instant dead_before);
    // Empties it when its time is over and nothing keeps it; whether it is empty then.
    Result<bool> try_empty(const Row& row, const RetentionLimits& limits,
                           const std::vector<std::int64_t>& destinations, Removed& removed);
    Result<void> empty(const Row& row, const std::vector<std::int64_t>& destinations, Removed& removed);
    Result<bool> is_retired(std::uint64_t report);
    Result<std::uint64_t> through();
    Result<void> keep(std::string_view name, std::uint64_t value);

    enum Sql : std::uint8_t {
        select_rows,
        select_state,
        empty_report,
        empty_delivery,
        select_ids,
        select_body,
        delete_id,
        select_value,
        set_value,
        add_value,
        statements
    };
    std::array<database::Statement, statements> sql_;
};

}  // namespace edgeward::store
