#include "security_key_table.hpp"

#include <algorithm>
#include <initializer_list>

#include <edgeward/database/rows.hpp>

namespace edgeward::access {
namespace {

using database::count_of;
using database::instant_of;
using database::ResetAtEnd;

// number, digest, sealed, name, created, last_used
Result<StoredSecurityKey> key_in(const database::Statement& row) {
    StoredSecurityKey key;
    key.number = row.integer(0);
    const ByteView digest = row.octets(1);
    if (digest.size() != key.digest.size())
        return failure(ErrorKind::corrupt, "accounts.db: a security key's digest is not 32 octets");
    std::copy(digest.begin(), digest.end(), key.digest.begin());
    const ByteView sealed = row.octets(2);
    key.sealed.assign(sealed.begin(), sealed.end());
    key.name = row.text(3);
    key.created = instant_of(row.integer(4));
    key.last_used = database::time_in(row, 5);
    return key;
}

}  // namespace

Result<SecurityKeyTable> SecurityKeyTable::prepare(database::Connection& database) {
    SecurityKeyTable table;
    const std::initializer_list<std::pair<database::Statement*, std::string_view>> statements{
        {&table.of_account_,
         "SELECT number, digest, sealed, name, created, last_used FROM security_keys WHERE account = ?1 "
         "ORDER BY number"},
        {&table.add_,
         "INSERT INTO security_keys(account, digest, sealed, counter, name, created) "
         "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(digest) DO NOTHING RETURNING number"},
        {&table.use_,
         "UPDATE security_keys SET counter = ?3, last_used = ?4 WHERE account = ?1 AND number = ?2 "
         "AND (counter < ?3 OR (counter = 0 AND ?3 = 0))"},
        {&table.remove_,
         "DELETE FROM security_keys WHERE account = ?1 AND number = ?2 AND "
         "((SELECT second_factor IS NOT NULL FROM accounts WHERE number = ?1) OR "
         "(SELECT count(*) FROM security_keys WHERE account = ?1) > 1)"},
        {&table.remove_all_, "DELETE FROM security_keys WHERE account = ?1"}};
    for (const auto& [into, sql] : statements) {
        auto statement = database.prepare(sql);
        if (!statement) return failure(std::move(statement.error()));
        *into = std::move(*statement);
    }
    return table;
}

Result<std::vector<StoredSecurityKey>> SecurityKeyTable::of_account(std::int64_t account) {
    const ResetAtEnd reset(of_account_);
    std::vector<StoredSecurityKey> keys;
    auto row = of_account_.bind(1, account).step();
    for (; row && *row; row = of_account_.step()) {
        auto key = key_in(of_account_);
        if (!key) return failure(std::move(key.error()));
        keys.push_back(*std::move(key));
    }
    if (!row) return failure(std::move(row.error()));
    return keys;
}

Result<std::optional<std::int64_t>> SecurityKeyTable::add(std::int64_t account, const StoredSecurityKey& key,
                                                          std::uint32_t counter) {
    const ResetAtEnd reset(add_);
    const auto row = add_.bind(1, account)
                         .bind(2, ByteView(key.digest))
                         .bind(3, ByteView(key.sealed))
                         .bind(4, std::int64_t{counter})
                         .bind(5, std::string_view(key.name))
                         .bind(6, count_of(key.created))
                         .step();
    if (!row) return failure(row.error());
    if (!*row) return std::nullopt;
    return add_.integer(0);
}

Result<bool> SecurityKeyTable::use(std::int64_t account, std::int64_t number, std::uint32_t counter,
                                   Instant now) {
    const auto changed =
        use_.bind(1, account).bind(2, number).bind(3, std::int64_t{counter}).bind(4, count_of(now)).run();
    if (!changed) return failure(changed.error());
    return *changed == 1;
}

Result<bool> SecurityKeyTable::remove(std::int64_t account, std::int64_t number) {
    const auto changed = remove_.bind(1, account).bind(2, number).run();
    if (!changed) return failure(changed.error());
    return *changed == 1;
}

Result<void> SecurityKeyTable::remove_all(std::int64_t account) {
    const auto changed = remove_all_.bind(1, account).run();
    if (!changed) return failure(changed.error());
    return {};
}

}  // namespace edgeward::access
