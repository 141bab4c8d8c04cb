#pragma once

#include <optional>
#include <string_view>

#include <edgeward/database/database.hpp>
#include <edgeward/vault/identity_vault.hpp>

namespace edgeward::vault {

// The table changes: audit records of changes of the vault that the audit log has not got yet, as the octets
// the log would store (docs/audit-format.md). Runs in the transaction of the change. Threads: the
// connection's.
class ChangeTable {
public:
    static Result<ChangeTable> prepare(database::Connection& database);

    // invalid_input: not an event of the audit format.
    Result<void> add(const audit::Event& event, Instant now);
    Result<std::optional<ChangeRecord>> oldest();
    Result<void> remove(std::string_view name);

private:
    ChangeTable() = default;
    database::Statement insert_;
    database::Statement oldest_;
    database::Statement remove_;
};

}  // namespace edgeward::vault
