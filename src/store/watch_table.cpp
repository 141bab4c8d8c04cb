#include "watch_table.hpp"

#include <cmath>

#include "query.hpp"
#include "sqlcipher_store.hpp"
#include "statements.hpp"
#include "store_reader.hpp"

namespace edgeward::store {
namespace {

constexpr double millionths = 1e6;

std::int64_t to_millionths(double value) {
    return std::llround(value * millionths);
}

}  // namespace

Result<WatchTable> WatchTable::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection,
        {"INSERT OR REPLACE INTO device_watch(name, received, sequence, recent, missing, duplicates, "
         "out_of_order, restarts, clock_offset, stretch, learned, mean, squares, raised, exact) "
         "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
         "UPDATE device_watch SET exact = 0 WHERE exact <> 0"});
    if (!prepared) return failure(std::move(prepared.error()));
    WatchTable table;
    table.sql_ = std::move(*prepared);
    return table;
}

Result<void> WatchTable::save(const std::vector<device::Watched>& devices, bool exact) {
    if (!exact) {
        if (auto doubted = run(sql_[doubt_all]); !doubted) return doubted;
    }
    for (const device::Watched& one : devices) {
        database::Statement& replace = sql_[replace_row];
        replace.bind(1, std::string_view(one.device));
        const auto bind_or_null = [&replace](int parameter, bool present, std::int64_t value) {
            if (present)
                replace.bind(parameter, value);
            else
                replace.bind_null(parameter);
        };
        bind_or_null(2, one.received.has_value(), one.received ? count_of(*one.received) : 0);
        bind_or_null(3, one.sequence.has_value(), signed_of(one.sequence.value_or(0)));
        bind_or_null(9, one.clock_offset.has_value(), one.clock_offset.value_or(0));
        replace.bind(4, signed_of(one.recent))
            .bind(5, signed_of(one.missing))
            .bind(6, signed_of(one.duplicates))
            .bind(7, signed_of(one.out_of_order))
            .bind(8, signed_of(one.restarts))
            .bind(10, static_cast<std::int64_t>(one.stretch))
            .bind(11, static_cast<std::int64_t>(one.learned))
            .bind(12, to_millionths(one.mean))
            .bind(13, to_millionths(one.squares))
            .bind(14, static_cast<std::int64_t>(one.raised))
            .bind(15, static_cast<std::int64_t>(exact));
        if (auto replaced = run(replace); !replaced) return replaced;
    }
    return {};
}

Result<void> SqlcipherStore::save_watched(const std::vector<device::Watched>& devices, bool exact) {
    return change([&] { return parts_->watch.save(devices, exact); });
}

Result<StoreReader::WatchedDevices> SqlcipherReader::watched() {
    const std::lock_guard lock(mutex_);
    WatchedDevices found;
    auto done = query(
        connection_,
        "SELECT name, received, sequence, recent, missing, duplicates, out_of_order, restarts, clock_offset, "
        "stretch, learned, mean, squares, raised, exact FROM device_watch",
        no_parameters, [&](const database::Statement& row) -> Result<void> {
            device::Watched one;
            one.device = row.text(0);
            one.received = database::time_in(row, 1);
            if (!row.is_null(2)) one.sequence = unsigned_of(row.integer(2));
            one.recent = unsigned_of(row.integer(3));
            one.missing = unsigned_of(row.integer(4));
            one.duplicates = unsigned_of(row.integer(5));
            one.out_of_order = unsigned_of(row.integer(6));
            one.restarts = unsigned_of(row.integer(7));
            if (!row.is_null(8)) one.clock_offset = row.integer(8);
            one.stretch = static_cast<std::uint32_t>(row.integer(9));
            one.learned = static_cast<std::uint32_t>(row.integer(10));
            one.mean = static_cast<double>(row.integer(11)) / millionths;
            one.squares = static_cast<double>(row.integer(12)) / millionths;
            one.raised = static_cast<std::uint32_t>(row.integer(13));
            found.exact = found.exact && row.integer(14) != 0;
            found.devices.push_back(std::move(one));
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    return found;
}

}  // namespace edgeward::store
