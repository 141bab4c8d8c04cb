#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <edgeward/access/account_book.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/database/database.hpp>

namespace edgeward::access {

struct StoredAccount {
    Account account;
    Bytes password;  // sealed; empty: none
};

struct StoredFactor {
    Bytes sealed;  // empty: none
    std::uint64_t used_step = 0;
};

struct StoredInvitation {
    std::optional<std::int64_t> account;  // nothing: the first one
};

// The tables of accounts.db. What changes several rows runs in the caller's transaction. Threads: the
// connection's.
class AccountTable {
public:
    static Result<AccountTable> prepare(database::Connection& database);

    Result<std::vector<Account>> all();
    Result<std::optional<StoredAccount>> find(std::string_view name);
    Result<std::int64_t> add(std::string_view name, const std::vector<std::string>& roles,
                             std::string_view ward, Instant now);
    Result<void> set_roles(std::int64_t account, const std::vector<std::string>& roles,
                           std::string_view ward);
    Result<void> disable(std::int64_t account, bool disabled);
    Result<void> set_password(std::int64_t account, ByteView sealed);
    Result<void> note_sign_in(std::int64_t account, Instant now);

    // In place of an earlier one of the same account.
    Result<void> invite(const crypto::Digest& digest, std::optional<std::int64_t> account, Instant expires);
    // Nothing: not known, or expired.
    Result<std::optional<StoredInvitation>> invited_by(const crypto::Digest& digest, Instant now);
    Result<void> forget_invitation(const crypto::Digest& digest);

    Result<StoredFactor> second_factor(std::int64_t account);
    Result<void> use_step(std::int64_t account, std::uint64_t step);
    Result<bool> use_recovery_code(std::int64_t account, const crypto::Digest& digest);
    Result<std::size_t> recovery_codes_left(std::int64_t account);
    Result<void> set_second_factor(std::int64_t account, ByteView sealed, std::uint64_t step,
                                   const std::vector<crypto::Digest>& recovery_codes);
    // Password, second factor and recovery codes.
    Result<void> clear_factors(std::int64_t account);

private:
    AccountTable() = default;
    database::Statement all_, find_, add_, set_roles_, disable_, set_password_, note_sign_in_;
    database::Statement forget_of_account_, invite_, invited_by_, forget_;
    database::Statement factor_, use_step_, use_code_, count_codes_, set_factor_, forget_codes_, add_code_,
        clear_;
};

}  // namespace edgeward::access
