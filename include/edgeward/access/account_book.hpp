#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <edgeward/access/webauthn.hpp>
#include <edgeward/core/random.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/key_ring.hpp>
#include <edgeward/crypto/password_hash.hpp>

// The people who may sign in: accounts.db in the data folder (docs/accounts-format.md), an SQLCipher file of
// its own key. Hashes of passwords and secrets of second factors are sealed inside it; one-time codes and
// recovery codes are there as keyed digests only.
namespace edgeward::access {

inline constexpr const char* accounts_file = "accounts.db";

enum class AccountState : std::uint8_t {
    invited,    // no password yet; a one-time code sets it
    enrolling,  // a password, no second factor
    active,
    disabled,
};
// "invited", "enrolling", "active", "disabled".
std::string_view name_of(AccountState state) noexcept;

// The role of the first account, which the shipped policies let administer accounts.
inline constexpr std::string_view first_role = "admin";

struct Account {
    std::int64_t number = 0;  // from 1, never given again
    std::string name;
    std::vector<std::string> roles;
    std::string ward;  // empty: none
    AccountState state = AccountState::invited;
    Instant created{};
    std::optional<Instant> last_sign_in;
};

// 1 to 32 of a-z 0-9 . _ -
bool is_account_name(std::string_view name) noexcept;

// What a one-time code is for: an account, or the first one there is to be.
struct Invitation {
    std::string code;  // of 100 random bits, in groups: "ABCDE-FGHIJ-KLMNO-PQRST"
    Instant expires{};
};

// One of an account's, of ten at most.
struct SecurityKey {
    std::int64_t number = 0;  // from 1, never given again
    std::string name;         // as its owner calls it
    Bytes id;
    PublicKey key;
    Instant created{};
    std::optional<Instant> last_used;
};
inline constexpr std::size_t most_security_keys = 10;

// What came of a counter that a key has signed.
enum class KeyUse : std::uint8_t {
    counted,
    copied,   // it has not grown: somebody else has the key, too
    unknown,  // the key is not there any more
};

// Errors beside those of the database: corrupt (a sealed value does not open). Threads: any; a password is
// hashed outside the lock.
class AccountBook {
public:
    // Creates the file when it is not there. misconfigured: it is of a later version.
    static Result<std::unique_ptr<AccountBook>> open(const std::filesystem::path& folder,
                                                     const crypto::KeyRing& keys,
                                                     crypto::PasswordCost cost = {},
                                                     Random& random = system_random());
    AccountBook(const AccountBook&) = delete;
    AccountBook& operator=(const AccountBook&) = delete;
    ~AccountBook();

    // In the order they were made.
    Result<std::vector<Account>> all();
    Result<std::optional<Account>> find(std::string_view name);

    // Codes hold for a day, and an account's newest takes the place of the one before.
    // rejected: there is an account.
    Result<Invitation> invite_first(Instant now);
    // rejected: the name is taken.
    Result<Invitation> add(std::string_view name, const std::vector<std::string>& roles,
                           std::string_view ward, Instant now);
    // Takes password, second factor, recovery codes and security keys away. invalid_input here and below: no
    // such account.
    Result<Invitation> reset(std::string_view name, Instant now);
    Result<void> set_roles(std::string_view name, const std::vector<std::string>& roles,
                           std::string_view ward);
    Result<void> disable(std::string_view name, bool disabled);
    // Uses a code up: sets the password of the account it is for, or makes the first one under `name`.
    // Nothing: the code is not known, has expired, or is for another name.
    Result<std::optional<Account>> accept(std::string_view code, std::string_view name, ByteView password,
                                          Instant now);

    // Nothing: the name or the password is wrong, or the account is disabled. Takes as long for each.
    Result<std::optional<Account>> check_password(std::string_view name, ByteView password);
    Result<void> set_password(std::int64_t account, ByteView password);
    // Six digits of the second factor, each step once, or a recovery code, once.
    Result<bool> use_code(std::int64_t account, std::string_view code, Instant now);
    // Confirmed by a code of `step`, which is used up by that. Gives ten recovery codes in place of any
    // before.
    Result<std::vector<std::string>> set_second_factor(std::int64_t account, const Secret& secret,
                                                       std::uint64_t step);
    Result<std::size_t> recovery_codes_left(std::int64_t account);

    // In the order they were made.
    Result<std::vector<SecurityKey>> security_keys(std::int64_t account);
    // rejected: it is there already, whoever's it is, or the account has ten.
    Result<SecurityKey> add_security_key(std::int64_t account, const NewSecurityKey& key,
                                         std::string_view name, Instant now);
    // Nothing: the account has none of this id.
    Result<std::optional<SecurityKey>> find_security_key(std::int64_t account, ByteView id);
    // A counter counts when it has grown; one that is zero for ever says nothing.
    Result<KeyUse> use_security_key(std::int64_t account, std::int64_t key, std::uint32_t counter,
                                    Instant now);
    // rejected: the account would be without a second factor. invalid_input: it has no such key.
    Result<void> remove_security_key(std::int64_t account, std::int64_t key);
    // What keys know an account by: 32 octets that say nothing of it.
    [[nodiscard]] Bytes user_handle(std::int64_t account) const;

    Result<void> note_sign_in(std::int64_t account, Instant now);

private:
    struct State;
    explicit AccountBook(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
    std::mutex mutex_;
};

}  // namespace edgeward::access
