#include "account_table.hpp"

#include <initializer_list>

#include <edgeward/database/rows.hpp>

namespace edgeward::access {
namespace {

using database::count_of;
using database::instant_of;
using database::ResetAtEnd;

// Names of roles have no space.
std::string joined(const std::vector<std::string>& roles) {
    std::string text;
    for (const auto& role : roles)
        text.append(text.empty() ? "" : " ").append(role);
    return text;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> roles;
    while (!text.empty()) {
        const auto end = text.find(' ');
        roles.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return roles;
}

Bytes copy(ByteView octets) {
    return {octets.begin(), octets.end()};
}

Result<void> done(const Result<std::int64_t>& changed) {
    if (!changed) return failure(changed.error());
    return {};
}

// number, name, roles, ward, disabled, created, last_sign_in, password, second_factor is null
Account account_in(const database::Statement& row) {
    Account account;
    account.number = row.integer(0);
    account.name = row.text(1);
    account.roles = split(row.text(2));
    account.ward = row.text(3);
    account.created = instant_of(row.integer(5));
    account.last_sign_in = database::time_in(row, 6);
    account.state = row.integer(4) != 0   ? AccountState::disabled
                    : row.is_null(7)      ? AccountState::invited
                    : row.integer(8) != 0 ? AccountState::enrolling
                                          : AccountState::active;
    return account;
}

}  // namespace

Result<AccountTable> AccountTable::prepare(database::Connection& database) {
    AccountTable table;
    const std::initializer_list<std::pair<database::Statement*, std::string_view>> statements{
        {&table.all_,
         "SELECT number, name, roles, ward, disabled, created, last_sign_in, password, second_factor IS NULL "
         "FROM accounts ORDER BY number"},
        {&table.find_,
         "SELECT number, name, roles, ward, disabled, created, last_sign_in, password, second_factor IS NULL "
         "FROM accounts WHERE name = ?1"},
        {&table.add_,
         "INSERT INTO accounts(name, roles, ward, created) VALUES(?1, ?2, ?3, ?4) RETURNING number"},
        {&table.set_roles_, "UPDATE accounts SET roles = ?2, ward = ?3 WHERE number = ?1"},
        {&table.disable_, "UPDATE accounts SET disabled = ?2 WHERE number = ?1"},
        {&table.set_password_, "UPDATE accounts SET password = ?2 WHERE number = ?1"},
        {&table.note_sign_in_, "UPDATE accounts SET last_sign_in = ?2 WHERE number = ?1"},
        {&table.forget_of_account_, "DELETE FROM invitations WHERE account IS ?1"},
        {&table.invite_, "INSERT INTO invitations(digest, account, expires) VALUES(?1, ?2, ?3)"},
        {&table.invited_by_, "SELECT account FROM invitations WHERE digest = ?1 AND expires > ?2"},
        {&table.forget_, "DELETE FROM invitations WHERE digest = ?1"},
        {&table.factor_, "SELECT second_factor, used_step FROM accounts WHERE number = ?1"},
        {&table.use_step_, "UPDATE accounts SET used_step = ?2 WHERE number = ?1"},
        {&table.use_code_, "DELETE FROM recovery_codes WHERE account = ?1 AND digest = ?2"},
        {&table.count_codes_, "SELECT count(*) FROM recovery_codes WHERE account = ?1"},
        {&table.set_factor_, "UPDATE accounts SET second_factor = ?2, used_step = ?3 WHERE number = ?1"},
        {&table.forget_codes_, "DELETE FROM recovery_codes WHERE account = ?1"},
        {&table.add_code_, "INSERT INTO recovery_codes(account, digest) VALUES(?1, ?2)"},
        {&table.clear_, "UPDATE accounts SET password = NULL, second_factor = NULL WHERE number = ?1"}};
    for (const auto& [into, sql] : statements) {
        auto statement = database.prepare(sql);
        if (!statement) return failure(std::move(statement.error()));
        *into = std::move(*statement);
    }
    return table;
}

Result<std::vector<Account>> AccountTable::all() {
    const ResetAtEnd reset(all_);
    std::vector<Account> accounts;
    auto row = all_.step();
    for (; row && *row; row = all_.step())
        accounts.push_back(account_in(all_));
    if (!row) return failure(std::move(row.error()));
    return accounts;
}

Result<std::optional<StoredAccount>> AccountTable::find(std::string_view name) {
    const ResetAtEnd reset(find_);
    const auto row = find_.bind(1, name).step();
    if (!row) return failure(row.error());
    if (!*row) return std::nullopt;
    return StoredAccount{account_in(find_), copy(find_.octets(7))};
}

Result<std::int64_t> AccountTable::add(std::string_view name, const std::vector<std::string>& roles,
                                       std::string_view ward, Instant now) {
    const std::string text = joined(roles);
    const ResetAtEnd reset(add_);
    const auto row = add_.bind(1, name).bind(2, text).bind(3, ward).bind(4, count_of(now)).step();
    if (!row) return failure(row.error());
    return add_.integer(0);
}

Result<void> AccountTable::set_roles(std::int64_t account, const std::vector<std::string>& roles,
                                     std::string_view ward) {
    const std::string text = joined(roles);
    return done(set_roles_.bind(1, account).bind(2, text).bind(3, ward).run());
}

Result<void> AccountTable::disable(std::int64_t account, bool disabled) {
    return done(disable_.bind(1, account).bind(2, std::int64_t{disabled}).run());
}

Result<void> AccountTable::set_password(std::int64_t account, ByteView sealed) {
    return done(set_password_.bind(1, account).bind(2, sealed).run());
}

Result<void> AccountTable::note_sign_in(std::int64_t account, Instant now) {
    return done(note_sign_in_.bind(1, account).bind(2, count_of(now)).run());
}

Result<void> AccountTable::invite(const crypto::Digest& digest, std::optional<std::int64_t> account,
                                  Instant expires) {
    for (auto* statement : {&forget_of_account_, &invite_}) {
        const int place = statement == &invite_ ? 2 : 1;
        if (statement == &invite_) statement->bind(1, ByteView(digest)).bind(3, count_of(expires));
        if (account) {
            statement->bind(place, *account);
        } else {
            statement->bind_null(place);
        }
        if (auto changed = statement->run(); !changed) return failure(std::move(changed.error()));
    }
    return {};
}

Result<std::optional<StoredInvitation>> AccountTable::invited_by(const crypto::Digest& digest, Instant now) {
    const ResetAtEnd reset(invited_by_);
    const auto row = invited_by_.bind(1, ByteView(digest)).bind(2, count_of(now)).step();
    if (!row) return failure(row.error());
    if (!*row) return std::nullopt;
    StoredInvitation found;
    if (!invited_by_.is_null(0)) found.account = invited_by_.integer(0);
    return found;
}

Result<void> AccountTable::forget_invitation(const crypto::Digest& digest) {
    return done(forget_.bind(1, ByteView(digest)).run());
}

Result<StoredFactor> AccountTable::second_factor(std::int64_t account) {
    const ResetAtEnd reset(factor_);
    const auto row = factor_.bind(1, account).step();
    if (!row) return failure(row.error());
    if (!*row) return StoredFactor{};
    return StoredFactor{copy(factor_.octets(0)), static_cast<std::uint64_t>(factor_.integer(1))};
}

Result<void> AccountTable::use_step(std::int64_t account, std::uint64_t step) {
    return done(use_step_.bind(1, account).bind(2, static_cast<std::int64_t>(step)).run());
}

Result<bool> AccountTable::use_recovery_code(std::int64_t account, const crypto::Digest& digest) {
    const auto changed = use_code_.bind(1, account).bind(2, ByteView(digest)).run();
    if (!changed) return failure(changed.error());
    return *changed == 1;
}

Result<std::size_t> AccountTable::recovery_codes_left(std::int64_t account) {
    const ResetAtEnd reset(count_codes_);
    const auto row = count_codes_.bind(1, account).step();
    if (!row) return failure(row.error());
    return static_cast<std::size_t>(count_codes_.integer(0));
}

Result<void> AccountTable::set_second_factor(std::int64_t account, ByteView sealed, std::uint64_t step,
                                             const std::vector<crypto::Digest>& recovery_codes) {
    auto changed =
        set_factor_.bind(1, account).bind(2, sealed).bind(3, static_cast<std::int64_t>(step)).run();
    if (changed) changed = forget_codes_.bind(1, account).run();
    for (const auto& digest : recovery_codes) {
        if (!changed) break;
        changed = add_code_.bind(1, account).bind(2, ByteView(digest)).run();
    }
    return done(changed);
}

Result<void> AccountTable::clear_factors(std::int64_t account) {
    auto changed = clear_.bind(1, account).run();
    if (changed) changed = forget_codes_.bind(1, account).run();
    return done(changed);
}

}  // namespace edgeward::access
