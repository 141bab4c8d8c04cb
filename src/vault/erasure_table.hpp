#pragma once

#include <cstdint>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/model/pseudonym.hpp>

namespace edgeward::vault {

// How far the erasure ledger has been carried out in this file, and the carrying out. Works inside the
// caller's transaction. Threads: the connection's.
class ErasureTable {
public:
    struct Position {
        std::uint64_t entries = 0;
        crypto::Digest link{};  // of the last of them; zeros when there is none
    };

    static Result<ErasureTable> prepare(database::Connection& database);

    Result<Position> applied();
    Result<void> set_applied(const Position& position);
    // Removes the person with its keys, identifiers, associations and consents; false when there is none.
    Result<bool> remove(const model::Pseudonym& subject);
    // Everybody.
    Result<std::vector<model::Pseudonym>> subjects();

private:
    ErasureTable() = default;
    database::Statement select_applied_;
    database::Statement update_applied_;
    database::Statement delete_person_;
    database::Statement select_subjects_;
};

}  // namespace edgeward::vault
