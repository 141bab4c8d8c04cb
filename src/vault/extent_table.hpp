#pragma once

#include <array>
#include <vector>

#include <edgeward/core/bytes.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/vault/erasure_register.hpp>

namespace edgeward::vault {

// What the tables hold of a person: how much, and the octets that must be nowhere afterwards. Threads: the
// connection's.
class ExtentTable {
public:
    static Result<ExtentTable> prepare(database::Connection& database);

    // Adds what the person has to `counts`.
    Result<void> count(const model::Pseudonym& subject, std::vector<ErasureCertificate::Count>& counts);
    // Sealed secret, data key and identity, and every keyed hash that is the person's alone.
    Result<std::vector<Bytes>> cells(const model::Pseudonym& subject);

private:
    ExtentTable() = default;
    database::Statement counts_;
    std::array<database::Statement, 4> cells_;
};

}  // namespace edgeward::vault
