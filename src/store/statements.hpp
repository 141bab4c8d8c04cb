#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <edgeward/core/result.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/database/rows.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

// Prepared statements held in arrays that an enum indexes.
namespace edgeward::store {

using database::count_of;
using database::instant_of;
using database::ResetAtEnd;

template <std::size_t N>
Result<std::array<database::Statement, N>> prepare_all(database::Connection& connection,
                                                       const std::array<std::string_view, N>& sql) {
    std::array<database::Statement, N> statements;
    for (std::size_t i = 0; i < N; ++i) {
        auto prepared = connection.prepare(sql[i]);
        if (!prepared) return failure(std::move(prepared.error()));
        statements[i] = std::move(*prepared);
    }
    return statements;
}

// Runs a bound statement that gives no rows.
inline Result<void> run(database::Statement& statement) {
    auto changed = statement.run();
    if (!changed) return failure(std::move(changed.error()));
    return {};
}

inline std::int64_t signed_of(std::uint64_t number) noexcept {
    return static_cast<std::int64_t>(number);
}
inline std::uint64_t unsigned_of(std::int64_t number) noexcept {
    return static_cast<std::uint64_t>(number);
}

// A column that holds a person's pseudonym, or none. corrupt: something else.
inline Result<std::optional<model::Pseudonym>> subject_in(const database::Statement& row, int column) {
    if (row.is_null(column)) return std::optional<model::Pseudonym>();
    auto subject = pseudonym::recall(row.octets(column));
    if (!subject) return failure(ErrorKind::corrupt, "a stored subject is no pseudonym");
    return std::optional(*subject);
}

// A column that holds the digest of a row. corrupt: something else.
inline Result<crypto::Digest> digest_in(const database::Statement& row, int column) {
    const ByteView octets = row.octets(column);
    crypto::Digest digest{};
    if (octets.size() != digest.size())
        return failure(ErrorKind::corrupt, "a stored digest has a wrong length");
    std::copy(octets.begin(), octets.end(), digest.begin());
    return digest;
}

}  // namespace edgeward::store
