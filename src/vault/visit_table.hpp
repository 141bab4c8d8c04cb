#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/vault/movement.hpp>

#include "stay_table.hpp"

namespace edgeward::vault {

struct VisitRow {
    std::int64_t id = 0;
    std::int64_t person = 0;
    std::optional<Instant> cancelled;  // what was recorded until then never happened
};
struct MovementRow {
    std::int64_t id = 0;
    std::int64_t visit = 0;
    MovementKind kind = MovementKind::arrival;
    std::string bed;
    Instant happened{};
    Instant recorded{};
    bool cancelled = false;
};

// The tables visits, movements and movement_messages: what patient administration has told. Numbers of
// visits, accounts and movements are keyed hashes. Works in the caller's transaction. Threads: the
// connection's.
class VisitTable {
public:
    static Result<VisitTable> prepare(database::Connection& database);

    Result<std::optional<VisitRow>> find(const crypto::Digest& number);
    // The person's visit that has no number.
    Result<std::optional<VisitRow>> find_unnumbered(std::int64_t person);
    Result<VisitRow> add(std::int64_t person, const std::optional<crypto::Digest>& number);
    Result<void> set_account(std::int64_t visit, const crypto::Digest& account);
    Result<std::vector<VisitRow>> of_account(const crypto::Digest& account);
    Result<std::vector<std::int64_t>> of_person(std::int64_t person);
    Result<void> give(std::int64_t visit, std::int64_t person);
    Result<void> renumber(std::int64_t visit, const crypto::Digest& number);

    Result<std::optional<MovementRow>> find_movement(const crypto::Digest& mark);
    // One that tells the same and was not cancelled.
    Result<bool> has_same(const MovementRow& movement);
    // The newest that was not cancelled; nothing: none.
    Result<std::optional<MovementRow>> newest(std::int64_t visit, MovementKind kind);
    Result<void> add_movement(const MovementRow& movement, const std::optional<crypto::Digest>& mark);
    // Replaces everything of the movement with that id.
    Result<void> change_movement(const MovementRow& movement);
    // All movements recorded until then, those still to come too. Gives how many there were.
    Result<std::int64_t> cancel_all(std::int64_t visit, Instant recorded);
    // Those not cancelled, in the order in which they happened.
    Result<std::vector<VisitMovement>> movements(std::int64_t visit);

    Result<bool> knows_message(const crypto::Digest& fingerprint);
    // Forgets those received before, too.
    Result<void> remember_message(const crypto::Digest& fingerprint, Instant received, Instant forget_before);

private:
    VisitTable() = default;
    static Result<std::optional<VisitRow>> visit_in(database::Statement& statement);
    static Result<std::optional<MovementRow>> movement_in(database::Statement& statement);

    database::Statement find_;
    database::Statement find_unnumbered_;
    database::Statement add_;
    database::Statement set_account_;
    database::Statement of_account_;
    database::Statement of_person_;
    database::Statement give_;
    database::Statement renumber_;
    database::Statement find_movement_;
    database::Statement same_;
    database::Statement newest_;
    database::Statement add_movement_;
    database::Statement change_movement_;
    database::Statement cancel_all_;
    database::Statement cancel_visit_;
    database::Statement movements_;
    database::Statement knows_message_;
    database::Statement remember_message_;
    database::Statement forget_messages_;
};

}  // namespace edgeward::vault
