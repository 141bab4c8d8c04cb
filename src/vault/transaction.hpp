#pragma once

#include <optional>
#include <utility>

#include <edgeward/database/database.hpp>

namespace edgeward::vault {

// Runs `work` in a transaction and gives its value.
template <typename Work>
auto in_transaction(database::Connection& database, const Work& work) {
    std::optional<decltype(work())> result;
    auto committed = database.transaction([&]() -> Result<void> {
        result.emplace(work());
        if (!*result) return failure(result->error());
        return {};
    });
    if (!committed) result.emplace(failure(std::move(committed.error())));
    return std::move(*result);
}

}  // namespace edgeward::vault
