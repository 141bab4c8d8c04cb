#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <edgeward/database/database.hpp>

namespace edgeward::store {

// The table withdrawal: which reports do not stand any more, what takes each back, and what stands instead.
// Works inside the caller's transaction. One thread.
class Withdrawals {
public:
    static Result<Withdrawals> open(database::Connection& connection);

    // The report is there with its body, was not taken back, and takes none back itself.
    Result<bool> stands(std::uint64_t report);
    Result<void> add(std::uint64_t report, std::uint64_t taken_back_by, std::optional<std::uint64_t> instead);

private:
    enum Sql : std::uint8_t { select, insert, statements };
    std::array<database::Statement, statements> sql_;
};

}  // namespace edgeward::store
