#include "retention.hpp"

#include <algorithm>

#include <edgeward/core/bytes.hpp>

#include "query.hpp"
#include "sqlcipher_store.hpp"
#include "statements.hpp"

namespace edgeward::store {
namespace {

constexpr std::string_view through_name = "retired_through";
constexpr std::string_view forgotten_name = "observations_forgotten";

// The first observation id of an hour: ids begin with the hour they were measured in.
Bytes first_id_of(Instant time) {
    const auto hour = std::chrono::duration_cast<std::chrono::hours>(time.time_since_epoch()).count();
    Bytes id;
    append_big_endian(id, static_cast<std::uint64_t>(hour), 4);
    id.resize(16);
    return id;
}

}  // namespace

Result<Retention> Retention::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection,
        {"SELECT number, subject, length(sealed) > 0, received, digest FROM report "
         "WHERE number > ?1 ORDER BY number LIMIT ?2",
         "SELECT state, settled_at FROM delivery WHERE destination = ?1 AND report = ?2",
         "UPDATE report SET subject = NULL, sealed = x'' WHERE number = ?1",
         "UPDATE delivery SET sealed_foreign = NULL WHERE destination = ?1 AND report = ?2 "
         "AND sealed_foreign IS NOT NULL",
         "SELECT id, report FROM observation_id WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT ?3",
         "SELECT length(sealed) FROM report WHERE number = ?1", "DELETE FROM observation_id WHERE id = ?1",
         "SELECT value FROM retention WHERE name = ?1",
         "INSERT INTO retention(name, value) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET value = ?2",
         "INSERT INTO retention(name, value) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET value = value + ?2"});
    if (!prepared) return failure(std::move(prepared.error()));
    Retention retention;
    retention.sql_ = std::move(*prepared);
    return retention;
}

Result<std::uint64_t> Retention::through() {
    database::Statement& select = sql_[select_value];
    const ResetAtEnd guard(select);
    auto row = select.bind(1, through_name).step();
    if (!row) return failure(std::move(row.error()));
    return *row ? unsigned_of(select.integer(0)) : 0;
}

Result<void> Retention::keep(std::string_view name, std::uint64_t value) {
    return run(sql_[set_value].bind(1, name).bind(2, signed_of(value)));
}

Result<std::vector<Retention::Row>> Retention::rows_after(std::uint64_t number, std::size_t most) {
    database::Statement& select = sql_[select_rows];
    const ResetAtEnd guard(select);
    select.bind(1, signed_of(number)).bind(2, limit_of(most));
    std::vector<Row> rows;
    for (auto row = select.step();; row = select.step()) {
        if (!row) return failure(std::move(row.error()));
        if (!*row) return rows;
        Row one;
        one.number = unsigned_of(select.integer(0));
        auto subject = subject_in(select, 1);
        if (!subject) return failure(std::move(subject.error()));
        one.subject = *subject;
        one.has_body = select.integer(2) != 0;
        one.received = instant_of(select.integer(3));
        const auto digest = digest_in(select, 4);
        if (!digest) return failure(digest.error());
        one.digest = *digest;
        rows.push_back(one);
    }
}

// Nobody waits for it: delivered, filtered or erased everywhere, or a dead letter beyond its own limit.
Result<bool> Retention::is_settled(std::uint64_t report, const std::vector<std::int64_t>& destinations,
                                   Instant dead_before) {
    for (const std::int64_t destination : destinations) {
        database::Statement& select = sql_[select_state];
        const ResetAtEnd guard(select);
        auto row = select.bind(1, destination).bind(2, signed_of(report)).step();
        if (!row) return failure(std::move(row.error()));
        if (!*row) continue;
        const auto state = static_cast<DeliveryState>(select.integer(0));
        const bool ended = state == DeliveryState::delivered || state == DeliveryState::filtered ||
                           state == DeliveryState::erased;
        if (ended) continue;
        if (state != DeliveryState::dead || select.is_null(1)) return false;
        if (instant_of(select.integer(1)) >= dead_before) return false;
    }
    return true;
}

Result<void> Retention::empty(const Row& row, const std::vector<std::int64_t>& destinations,
                              Removed& removed) {
    if (auto done = run(sql_[empty_report].bind(1, signed_of(row.number))); !done) return done;
    for (const std::int64_t destination : destinations) {
        auto done = run(sql_[empty_delivery].bind(1, destination).bind(2, signed_of(row.number)));
        if (!done) return done;
    }
    if (removed.retired.removed == 0) removed.first = row.number;
    removed.last = row.number;
    ++removed.retired.removed;
    append_big_endian(removed.vouched, row.number, 8);
    removed.vouched.insert(removed.vouched.end(), row.digest.begin(), row.digest.end());
    return {};
}

Result<bool> Retention::try_empty(const Row& row, const RetentionLimits& limits,
                                  const std::vector<std::int64_t>& destinations, Removed& removed) {
    if (!row.has_body) return true;
    if (row.received >= (row.subject ? limits.clinical_before : limits.technical_before)) return false;
    if (row.subject && limits.kept.contains(*row.subject)) return false;
    auto settled = is_settled(row.number, destinations, limits.dead_before);
    if (!settled || !*settled) return settled;
    if (auto done = empty(row, destinations, removed); !done) return failure(std::move(done.error()));
    return true;
}

Result<Retention::Removed> Retention::retire(const RetentionLimits& limits, std::uint64_t after,
                                             std::size_t most,
                                             const std::vector<std::int64_t>& destinations) {
    Removed removed;
    auto done_through = through();
    if (!done_through) return failure(std::move(done_through.error()));
    std::uint64_t contiguous = *done_through;
    auto rows = rows_after(std::max(after, contiguous), most);
    if (!rows) return failure(std::move(rows.error()));
    removed.retired.looked_to = std::max(after, contiguous);
    removed.retired.finished = rows->size() < most;
    for (const Row& row : *rows) {
        if (row.has_body && row.received >= std::max(limits.clinical_before, limits.technical_before)) {
            removed.retired.finished = true;  // the others came later
            break;
        }
        removed.retired.looked_to = row.number;
        const auto is_empty = try_empty(row, limits, destinations, removed);
        if (!is_empty) return failure(is_empty.error());
        if (*is_empty && row.number == contiguous + 1) contiguous = row.number;
    }
    if (contiguous != *done_through) {
        if (auto kept = keep(through_name, contiguous); !kept) return failure(std::move(kept.error()));
    }
    return removed;
}

Result<bool> Retention::is_retired(std::uint64_t report) {
    database::Statement& select = sql_[select_body];
    const ResetAtEnd guard(select);
    auto row = select.bind(1, signed_of(report)).step();
    if (!row) return failure(std::move(row.error()));
    return !*row || select.integer(0) == 0;
}

Result<Forgotten> Retention::forget(Instant before, const Bytes& after, std::size_t most) {
    std::vector<std::pair<Bytes, std::uint64_t>> ids;
    const Bytes end = first_id_of(before);
    {
        database::Statement& select = sql_[select_ids];
        const ResetAtEnd guard(select);
        select.bind(1, ByteView(after)).bind(2, ByteView(end)).bind(3, limit_of(most));
        for (auto row = select.step();; row = select.step()) {
            if (!row) return failure(std::move(row.error()));
            if (!*row) break;
            const ByteView id = select.octets(0);
            ids.emplace_back(Bytes(id.begin(), id.end()), unsigned_of(select.integer(1)));
        }
    }
    Forgotten forgotten;
    forgotten.finished = ids.size() < most;
    for (const auto& [id, report] : ids) {
        forgotten.looked_to = id;
        auto retired = is_retired(report);
        if (!retired) return failure(std::move(retired.error()));
        if (!*retired) continue;
        if (auto deleted = run(sql_[delete_id].bind(1, ByteView(id))); !deleted)
            return failure(std::move(deleted.error()));
        ++forgotten.removed;
    }
    if (forgotten.removed == 0) return forgotten;
    auto added = run(sql_[add_value].bind(1, forgotten_name).bind(2, signed_of(forgotten.removed)));
    if (!added) return failure(std::move(added.error()));
    return forgotten;
}

Result<Retired> SqlcipherStore::retire(const RetentionLimits& limits, std::uint64_t after, std::size_t most) {
    return change([&]() -> Result<Retired> {
        std::vector<std::int64_t> destinations;
        for (const auto& destination : parts_->queue.destinations())
            destinations.push_back(destination.id);
        auto removed = parts_->retention.retire(limits, after, most, destinations);
        if (!removed) return failure(std::move(removed.error()));
        if (removed->retired.removed == 0) return removed->retired;
        audit::Event event;
        event.actor = "gateway";
        event.action = audit::Action::reports_removed;
        event.object = "reports " + std::to_string(removed->first) + "-" + std::to_string(removed->last);
        event.rule = "retention";
        event.details = crypto::sha256(removed->vouched);
        event.count = removed->retired.removed;
        if (auto appended = parts_->audit.append(std::move(event)); !appended)
            return failure(std::move(appended.error()));
        return removed->retired;
    });
}

Result<Forgotten> SqlcipherStore::forget_ids(Instant before, const Bytes& after, std::size_t most) {
    return change([&] { return parts_->retention.forget(before, after, most); });
}

}  // namespace edgeward::store
