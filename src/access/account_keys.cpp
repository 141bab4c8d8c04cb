// The security keys of accounts; the rest of AccountBook is in account_book.cpp.

#include <algorithm>

#include "account_book_state.hpp"
#include "security_key_seal.hpp"

namespace edgeward::access {

Result<std::vector<SecurityKey>> AccountBook::security_keys(std::int64_t account) {
    const std::lock_guard lock(mutex_);
    const auto stored = state_->security_keys.of_account(account);
    if (!stored) return failure(stored.error());
    std::vector<SecurityKey> keys;
    for (const auto& one : *stored) {
        SecurityKey key;
        key.number = one.number;
        key.name = one.name;
        key.created = one.created;
        key.last_used = one.last_used;
        if (auto opened =
                open_security_key(state_->sealing, state_->digesting, account, one.sealed, one.digest, key);
            !opened)
            return failure(std::move(opened.error()));
        keys.push_back(std::move(key));
    }
    return keys;
}

Result<SecurityKey> AccountBook::add_security_key(std::int64_t account, const NewSecurityKey& key,
                                                  std::string_view name, Instant now) {
    StoredSecurityKey stored;
    stored.digest = digest_of_key_id(state_->digesting, key.id);
    stored.sealed = seal_security_key(state_->sealing, account, key.id, key.key);
    stored.name = name;
    stored.created = now;
    const std::lock_guard lock(mutex_);
    return state_->in_transaction([&]() -> Result<SecurityKey> {
        const auto others = state_->security_keys.of_account(account);
        if (!others) return failure(others.error());
        if (others->size() >= most_security_keys)
            return failure(ErrorKind::rejected, "the account has ten security keys; remove one first");
        const auto number = state_->security_keys.add(account, stored, key.counter);
        if (!number) return failure(number.error());
        if (!*number) return failure(ErrorKind::rejected, "this security key is registered already");
        return SecurityKey{**number, std::string(name), key.id, key.key, now, std::nullopt};
    });
}

Result<std::optional<SecurityKey>> AccountBook::find_security_key(std::int64_t account, ByteView id) {
    auto keys = security_keys(account);
    if (!keys) return failure(std::move(keys.error()));
    const auto found = std::find_if(keys->begin(), keys->end(), [&](const SecurityKey& one) {
        return std::equal(one.id.begin(), one.id.end(), id.begin(), id.end());
    });
    if (found == keys->end()) return std::nullopt;
    return std::move(*found);
}

Result<KeyUse> AccountBook::use_security_key(std::int64_t account, std::int64_t key, std::uint32_t counter,
                                             Instant now) {
    const std::lock_guard lock(mutex_);
    return state_->in_transaction([&]() -> Result<KeyUse> {
        const auto counted = state_->security_keys.use(account, key, counter, now);
        if (!counted) return failure(counted.error());
        if (*counted) return KeyUse::counted;
        const auto keys = state_->security_keys.of_account(account);
        if (!keys) return failure(keys.error());
        const bool there = std::any_of(keys->begin(), keys->end(),
                                       [&](const StoredSecurityKey& one) { return one.number == key; });
        return there ? KeyUse::copied : KeyUse::unknown;
    });
}

Result<void> AccountBook::remove_security_key(std::int64_t account, std::int64_t key) {
    const std::lock_guard lock(mutex_);
    return state_->in_transaction([&]() -> Result<void> {
        const auto removed = state_->security_keys.remove(account, key);
        if (!removed) return failure(removed.error());
        if (*removed) return {};
        const auto keys = state_->security_keys.of_account(account);
        if (!keys) return failure(keys.error());
        if (std::any_of(keys->begin(), keys->end(), [&](const auto& one) { return one.number == key; }))
            return failure(ErrorKind::rejected, "the last second factor stays");
        return failure(ErrorKind::invalid_input, "there is no such security key");
    });
}

Bytes AccountBook::user_handle(std::int64_t account) const {
    const auto digest =
        crypto::hmac_sha256(state_->digesting, {bytes_of("user handle "), bytes_of(std::to_string(account))});
    return {digest.begin(), digest.end()};
}

}  // namespace edgeward::access
