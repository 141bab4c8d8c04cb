#include <edgeward/access/account_book.hpp>

#include <algorithm>
#include <array>

#include <edgeward/access/account_restore.hpp>
#include <edgeward/access/password_rule.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/one_time_code.hpp>

#include "account_book_state.hpp"
#include "account_schema.hpp"

namespace edgeward::access {
namespace {

constexpr std::chrono::hours invitation_time{24};
constexpr std::size_t recovery_codes = 10;
constexpr std::size_t invitation_groups = 4;
constexpr std::size_t recovery_groups = 2;
constexpr std::size_t group_size = 5;

// Groups of five base32 symbols, 25 random bits each.
std::string random_code(Random& random, std::size_t groups) {
    std::string code;
    for (std::size_t i = 0; i < groups; ++i) {
        std::array<std::uint8_t, 4> octets{};
        random.fill(octets);
        code.append(code.empty() ? "" : "-").append(crypto::to_base32(octets).substr(0, group_size));
    }
    return code;
}

// As people type it: capitals or not, with or without dashes and spaces.
std::string plain_code(std::string_view typed) {
    std::string code;
    for (const char c : typed) {
        if (c == '-' || c == ' ') continue;
        code.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    return code;
}

// What is done to an account is done by this number.
Result<std::int64_t> number_of(AccountTable& table, std::string_view name) {
    const auto found = table.find(name);
    if (!found) return failure(found.error());
    if (!*found) return failure(ErrorKind::invalid_input, "there is no such account");
    return (*found)->account.number;
}

crypto::Digest digest_of(const Secret& key, std::string_view what, std::string_view code) {
    return crypto::hmac_sha256(key, {bytes_of(what), bytes_of(plain_code(code))});
}

Result<Invitation> invite(AccountTable& table, const Secret& digesting, Random& random,
                          std::optional<std::int64_t> account, Instant now) {
    Invitation made{random_code(random, invitation_groups), now + invitation_time};
    const auto digest = digest_of(digesting, "invitation", made.code);
    if (auto kept = table.invite(digest, account, made.expires); !kept)
        return failure(std::move(kept.error()));
    return made;
}

// The account an invitation was made for. Nothing: it is another one's, or disabled.
Result<std::optional<std::int64_t>> invited_account(AccountTable& table, std::int64_t invited,
                                                    std::string_view name) {
    const auto known = table.find(name);
    if (!known) return failure(known.error());
    const bool fits =
        *known && (*known)->account.number == invited && (*known)->account.state != AccountState::disabled;
    if (!fits) return std::nullopt;
    return invited;
}

// The account of the first code, made now. Nothing: there is somebody already.
Result<std::optional<std::int64_t>> first_account(AccountTable& table, std::string_view name, Instant now) {
    const auto others = table.all();
    if (!others) return failure(others.error());
    if (!others->empty()) return std::nullopt;
    const auto made = table.add(name, {std::string(first_role)}, {}, now);
    if (!made) return failure(made.error());
    return *made;
}

}  // namespace

std::string_view name_of(AccountState state) noexcept {
    switch (state) {
        case AccountState::invited:
            return "invited";
        case AccountState::enrolling:
            return "enrolling";
        case AccountState::active:
            return "active";
        case AccountState::disabled:
            return "disabled";
    }
    return "disabled";
}

bool is_account_name(std::string_view name) noexcept {
    constexpr std::size_t longest = 32;
    return !name.empty() && name.size() <= longest && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

AccountBook::AccountBook(std::unique_ptr<State> state) : state_(std::move(state)) {}
AccountBook::~AccountBook() = default;

Result<std::unique_ptr<AccountBook>> AccountBook::open(const std::filesystem::path& folder,
                                                       const crypto::KeyRing& keys, crypto::PasswordCost cost,
                                                       Random& random) {
    const auto master = keys.key(crypto::key_name::vault);
    if (!master) return failure(master.error());
    const auto key = accounts_key(keys);
    if (!key) return failure(key.error());
    auto database =
        database::Connection::open(folder / accounts_file, *key, database::Access::read_write_create);
    if (!database) return failure(std::move(database.error()).during("open accounts.db"));
    if (auto migrated = migrate(*database); !migrated) return failure(std::move(migrated.error()));
    auto table = AccountTable::prepare(*database);
    if (!table) return failure(std::move(table.error()));
    auto keys_held = SecurityKeyTable::prepare(*database);
    if (!keys_held) return failure(std::move(keys_held.error()));
    return std::unique_ptr<AccountBook>(new AccountBook(std::make_unique<State>(
        *std::move(database), *std::move(table), *std::move(keys_held), *master, cost, random)));
}

Result<std::vector<Account>> AccountBook::all() {
    const std::lock_guard lock(mutex_);
    return state_->table.all();
}

Result<std::optional<Account>> AccountBook::find(std::string_view name) {
    const std::lock_guard lock(mutex_);
    auto found = state_->table.find(name);
    if (!found) return failure(std::move(found.error()));
    if (!*found) return std::nullopt;
    return std::move((*found)->account);
}

Result<Invitation> AccountBook::invite_first(Instant now) {
    const std::lock_guard lock(mutex_);
    return state_->in_transaction([&]() -> Result<Invitation> {
        const auto known = state_->table.all();
        if (!known) return failure(known.error());
        if (!known->empty())
            return failure(ErrorKind::rejected,
                           "there is an account; `edgeward user reset` lets it in again");
        return invite(state_->table, state_->digesting, state_->random, std::nullopt, now);
    });
}

Result<Invitation> AccountBook::add(std::string_view name, const std::vector<std::string>& roles,
                                    std::string_view ward, Instant now) {
    const std::lock_guard lock(mutex_);
    return state_->in_transaction([&]() -> Result<Invitation> {
        const auto known = state_->table.find(name);
        if (!known) return failure(known.error());
        if (*known) return failure(ErrorKind::rejected, "there is an account of that name");
        const auto number = state_->table.add(name, roles, ward, now);
        if (!number) return failure(number.error());
        return invite(state_->table, state_->digesting, state_->random, *number, now);
    });
}

Result<Invitation> AccountBook::reset(std::string_view name, Instant now) {
    const std::lock_guard lock(mutex_);
    return state_->in_transaction([&]() -> Result<Invitation> {
        const auto number = number_of(state_->table, name);
        if (!number) return failure(number.error());
        auto cleared = state_->table.clear_factors(*number);
        if (cleared) cleared = state_->security_keys.remove_all(*number);
        if (!cleared) return failure(std::move(cleared.error()));
        return invite(state_->table, state_->digesting, state_->random, *number, now);
    });
}

Result<void> AccountBook::set_roles(std::string_view name, const std::vector<std::string>& roles,
                                    std::string_view ward) {
    const std::lock_guard lock(mutex_);
    const auto number = number_of(state_->table, name);
    if (!number) return failure(number.error());
    return state_->table.set_roles(*number, roles, ward);
}

Result<void> AccountBook::disable(std::string_view name, bool disabled) {
    const std::lock_guard lock(mutex_);
    const auto number = number_of(state_->table, name);
    if (!number) return failure(number.error());
    return state_->table.disable(*number, disabled);
}

Result<std::optional<Account>> AccountBook::accept(std::string_view code, std::string_view name,
                                                   ByteView password, Instant now) {
    const auto hash = crypto::hash_password(password, state_->cost, state_->random);
    if (!hash) return failure(hash.error());
    const std::lock_guard lock(mutex_);
    return state_->in_transaction([&]() -> Result<std::optional<Account>> {
        auto& table = state_->table;
        const auto digest = digest_of(state_->digesting, "invitation", code);
        const auto invited = table.invited_by(digest, now);
        if (!invited) return failure(invited.error());
        if (!*invited) return std::nullopt;
        const auto number = (*invited)->account ? invited_account(table, *(*invited)->account, name)
                                                : first_account(table, name, now);
        if (!number) return failure(number.error());
        if (!*number) return std::nullopt;
        const auto sealed = state_->sealing.seal(bytes_of(*hash), sealing_context("password", **number));
        if (auto set = table.set_password(**number, sealed); !set) return failure(std::move(set.error()));
        if (auto used = table.forget_invitation(digest); !used) return failure(std::move(used.error()));
        auto found = table.find(name);
        if (!found) return failure(std::move(found.error()));
        return std::move((*found)->account);
    });
}

Result<std::optional<Account>> AccountBook::check_password(std::string_view name, ByteView password) {
    std::optional<StoredAccount> known;
    std::string hash;
    {
        const std::lock_guard lock(mutex_);
        auto found = state_->table.find(name);
        if (!found) return failure(std::move(found.error()));
        known = *std::move(found);
        if (known && !known->password.empty()) {
            const auto opened =
                state_->sealing.open(known->password, sealing_context("password", known->account.number));
            if (!opened) return failure(opened.error());
            hash = text_of(opened->reveal());
        }
    }
    if (hash.empty()) {  // as much work as a comparison
        if (const auto wasted = crypto::hash_password(password, state_->cost, state_->random); !wasted)
            return failure(wasted.error());
        return std::nullopt;
    }
    const auto same = crypto::password_matches(password, hash);
    if (!same) return failure(same.error());
    if (!*same || known->account.state == AccountState::disabled) return std::nullopt;
    return std::move(known->account);
}

Result<void> AccountBook::set_password(std::int64_t account, ByteView password) {
    const auto hash = crypto::hash_password(password, state_->cost, state_->random);
    if (!hash) return failure(hash.error());
    const auto sealed = state_->sealing.seal(bytes_of(*hash), sealing_context("password", account));
    const std::lock_guard lock(mutex_);
    return state_->table.set_password(account, sealed);
}

Result<bool> AccountBook::use_code(std::int64_t account, std::string_view code, Instant now) {
    const std::lock_guard lock(mutex_);
    return state_->in_transaction([&]() -> Result<bool> {
        const auto factor = state_->table.second_factor(account);
        if (!factor) return failure(factor.error());
        if (factor->sealed.empty()) return false;
        const auto secret = state_->sealing.open(factor->sealed, sealing_context("second factor", account));
        if (!secret) return failure(secret.error());
        if (const auto step = crypto::step_of_code(*secret, code, now, factor->used_step)) {
            if (auto used = state_->table.use_step(account, *step); !used)
                return failure(std::move(used.error()));
            return true;
        }
        return state_->table.use_recovery_code(
            account, digest_of(state_->digesting, "recovery " + std::to_string(account), code));
    });
}

Result<std::vector<std::string>> AccountBook::set_second_factor(std::int64_t account, const Secret& secret,
                                                                std::uint64_t step) {
    const std::lock_guard lock(mutex_);
    return state_->in_transaction([&]() -> Result<std::vector<std::string>> {
        const auto sealed = state_->sealing.seal(secret.reveal(), sealing_context("second factor", account));
        std::vector<std::string> codes;
        std::vector<crypto::Digest> digests;
        for (std::size_t i = 0; i < recovery_codes; ++i) {
            codes.push_back(random_code(state_->random, recovery_groups));
            digests.push_back(
                digest_of(state_->digesting, "recovery " + std::to_string(account), codes.back()));
        }
        if (auto set = state_->table.set_second_factor(account, sealed, step, digests); !set)
            return failure(std::move(set.error()));
        return codes;
    });
}

Result<std::size_t> AccountBook::recovery_codes_left(std::int64_t account) {
    const std::lock_guard lock(mutex_);
    return state_->table.recovery_codes_left(account);
}

Result<void> AccountBook::note_sign_in(std::int64_t account, Instant now) {
    const std::lock_guard lock(mutex_);
    return state_->table.note_sign_in(account, now);
}

}  // namespace edgeward::access
