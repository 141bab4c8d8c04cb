#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <edgeward/access/account_book.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/crypto/seal.hpp>
#include <edgeward/database/database.hpp>

#include "account_seal.hpp"
#include "account_table.hpp"
#include "security_key_table.hpp"

namespace edgeward::access {

struct AccountBook::State {
    State(database::Connection opened, AccountTable its_accounts, SecurityKeyTable its_keys,
          const Secret& key, crypto::PasswordCost chosen, Random& source)
        : database(std::move(opened)),
          table(std::move(its_accounts)),
          security_keys(std::move(its_keys)),
          sealing(account_sealing_key(key)),
          digesting(account_digesting_key(key)),
          cost(chosen),
          random(source) {}

    template <typename Work>
    auto in_transaction(const Work& work) -> decltype(work()) {
        std::optional<decltype(work())> result;
        auto committed = database.transaction([&]() -> Result<void> {
            result.emplace(work());
            if (!*result) return failure(result->error());
            return {};
        });
        if (!committed) return failure(std::move(committed.error()));
        return *std::move(result);
    }

    database::Connection database;
    AccountTable table;
    SecurityKeyTable security_keys;
    crypto::SealingKey sealing;
    Secret digesting;
    crypto::PasswordCost cost;
    Random& random;
};

}  // namespace edgeward::access
