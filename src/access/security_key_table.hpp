#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <edgeward/access/account_book.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/database/database.hpp>

namespace edgeward::access {

struct StoredSecurityKey {
    std::int64_t number = 0;
    crypto::Digest digest{};  // of its id
    Bytes sealed;
    std::string name;
    Instant created{};
    std::optional<Instant> last_used;
};

// The table security_keys of accounts.db. What changes several rows runs in the caller's transaction.
// Threads: the connection's.
class SecurityKeyTable {
public:
    static Result<SecurityKeyTable> prepare(database::Connection& database);

    Result<std::vector<StoredSecurityKey>> of_account(std::int64_t account);
    // Its number. Nothing: the digest is there already.
    Result<std::optional<std::int64_t>> add(std::int64_t account, const StoredSecurityKey& key,
                                            std::uint32_t counter);
    // Grows the counter, unless both are zero. False: it would not grow, or there is no such key.
    Result<bool> use(std::int64_t account, std::int64_t number, std::uint32_t counter, Instant now);
    // False: there is no such key, or it is the account's last second factor.
    Result<bool> remove(std::int64_t account, std::int64_t number);
    Result<void> remove_all(std::int64_t account);

private:
    SecurityKeyTable() = default;
    database::Statement of_account_, add_, use_, remove_, remove_all_;
};

}  // namespace edgeward::access
