#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/database/database.hpp>
#include <edgeward/store/alarm_log.hpp>

namespace edgeward::store {

// The tables alarm and alarm_notice. Works inside the caller's transaction. One thread.
class AlarmTable {
public:
    static Result<AlarmTable> open(database::Connection& connection);

    Result<void> save(const AlarmChange& change);
    // Whether it was there, and whom the alarm is about.
    struct Settled {
        bool there = false;
        std::optional<model::Pseudonym> subject;
    };
    Result<Settled> settle(const AlarmNotice& notice);
    Result<std::uint64_t> erase(const std::function<bool(const model::Pseudonym&)>& theirs);
    Result<std::uint64_t> retire(Instant before);

private:
    enum Sql : std::uint8_t {
        save_row,
        drop_row,
        add_notice,
        end_notice,
        select_subject,
        select_subjects,
        erase_notices,
        erase_rows,
        retire_rows,
        statements
    };
    std::array<database::Statement, statements> sql_;
};

}  // namespace edgeward::store
