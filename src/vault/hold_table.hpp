#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/vault/erasure_register.hpp>

#include "person_table.hpp"

namespace edgeward::vault {

// The table holds. What changes rows runs in the caller's transaction. Threads: the connection's.
class HoldTable {
public:
    static Result<HoldTable> prepare(database::Connection& database);

    Result<std::int64_t> set(PersonId person, std::string_view reason, std::optional<Instant> until,
                             std::string_view actor, Instant now);
    // Whose it was and why. invalid_input: no such hold, or released before.
    struct Released {
        std::string reason;
        model::Pseudonym subject;
    };
    Result<Released> release(std::int64_t id, std::string_view actor, Instant now);
    // All of the person, in the order they were set.
    Result<std::vector<LegalHold>> of(const model::Pseudonym& subject);

private:
    HoldTable() = default;
    database::Statement insert_;
    database::Statement select_one_;
    database::Statement release_;
    database::Statement select_of_;
};

}  // namespace edgeward::vault
