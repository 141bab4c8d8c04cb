#pragma once

#include <cstdint>
#include <vector>

#include <edgeward/core/time.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/vault/identity_vault.hpp>

namespace edgeward::vault {

// The table consents. Entries are added and never changed: a withdrawal is an entry that denies from then on.
// Threads: the connection's.
class ConsentTable {
public:
    static Result<ConsentTable> prepare(database::Connection& database);

    // invalid_input: the entry ends before it begins.
    Result<void> add(std::int64_t person, const ConsentEntry& entry, Instant recorded);
    // denied: an entry in force at either time denies. given: entries give it at both. unknown: otherwise.
    Result<policy::Consent> at(const model::Pseudonym& subject, model::Purpose purpose, Instant now,
                               Instant measured);
    // Everything entered for the person, in that order.
    Result<std::vector<RecordedEntry>> of_person(std::int64_t person);

private:
    ConsentTable() = default;
    database::Statement insert_;
    database::Statement in_force_;
    database::Statement of_person_;
};

}  // namespace edgeward::vault
