#include "reports.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "statements.hpp"

namespace edgeward::store {

crypto::Digest report_digest(std::uint64_t number, const SealedReport& report) {
    Bytes head;
    head.reserve(64 + report.device.size());
    append_big_endian(head, number, 8);
    append_big_endian(head, report.subject ? report.subject->octets().size() : 0, 1);
    if (report.subject)
        head.insert(head.end(), report.subject->octets().begin(), report.subject->octets().end());
    append_big_endian(head, report.device.size(), 2);
    head.insert(head.end(), report.device.begin(), report.device.end());
    append_big_endian(head, unsigned_of(count_of(report.received)), 8);
    append_big_endian(head, unsigned_of(count_of(report.effective)), 8);
    return crypto::sha256({head, report.sealed});
}

namespace {

constexpr std::size_t ids_at_once = 8;

// Adds up to that many ids; a parameter that is not bound is no id, and its row is ignored like a known one.
std::string statement_for(std::size_t ids) {
    std::string sql = "INSERT OR IGNORE INTO observation_id(report, id) VALUES";
    for (std::size_t i = 0; i < ids; ++i)
        sql.append(i == 0 ? "" : ",").append("(?1, ?").append(std::to_string(i + 2)).append(")");
    return sql;
}

}  // namespace

Result<Reports> Reports::open(database::Connection& connection) {
    const std::string one_id = statement_for(1);
    const std::string several_ids = statement_for(ids_at_once);
    auto prepared = prepare_all<statements>(
        connection,
        {one_id, several_ids,
         "INSERT INTO report(number, subject, device, received, effective, leads, digest, sealed) "
         "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
         "SELECT coalesce(max(number), 0) FROM report"});
    if (!prepared) return failure(std::move(prepared.error()));
    Reports reports;
    reports.sql_ = std::move(*prepared);
    if (auto loaded = reports.reload(); !loaded) return failure(std::move(loaded.error()));
    return reports;
}

Result<void> Reports::reload() {
    database::Statement& select = sql_[select_newest];
    const ResetAtEnd guard(select);
    auto row = select.step();
    if (!row) return failure(std::move(row.error()));
    newest_ = unsigned_of(select.integer(0));
    return {};
}

// Several in one statement: running one costs as much as its row.
Result<std::uint64_t> Reports::claim_ids(const SealedReport& report, std::uint64_t number) {
    std::uint64_t fresh = 0;
    for (std::span left(report.observations); !left.empty();) {
        const std::size_t count = std::min(left.size(), ids_at_once);
        database::Statement& insert = sql_[count == 1 ? insert_id : insert_ids];
        insert.bind(1, signed_of(number));
        for (std::size_t i = 0; i < count; ++i)
            insert.bind(static_cast<int>(i) + 2, ByteView(left[i].octets));
        auto inserted = insert.run();
        if (!inserted) return failure(std::move(inserted.error()));
        fresh += unsigned_of(*inserted);
        left = left.subspan(count);
    }
    return fresh;
}

Result<void> Reports::insert(const SealedReport& report, std::int64_t device, bool leads,
                             const crypto::Digest& digest) {
    database::Statement& insert = sql_[insert_report];
    insert.bind(1, signed_of(newest_ + 1));
    if (report.subject)
        insert.bind(2, ByteView(report.subject->octets()));
    else
        insert.bind_null(2);
    insert.bind(3, device)
        .bind(4, count_of(report.received))
        .bind(5, count_of(report.effective))
        .bind(6, static_cast<std::int64_t>(leads))
        .bind(7, ByteView(digest))
        .bind(8, ByteView(report.sealed));
    return run(insert);
}

Result<Reports::Added> Reports::add(const std::vector<SealedReport>& reports, std::int64_t device) {
    Added added;
    for (const SealedReport& report : reports) {
        auto fresh = claim_ids(report, newest_ + 1);
        if (!fresh) return failure(std::move(fresh.error()));
        if (*fresh == 0) continue;
        const crypto::Digest digest = report_digest(newest_ + 1, report);
        auto inserted = insert(report, device, added.numbers.empty(), digest);
        if (!inserted) return failure(std::move(inserted.error()));
        ++newest_;
        added.numbers.push_back(newest_);
        added.digests.insert(added.digests.end(), digest.begin(), digest.end());
        added.observations += *fresh;
    }
    return added;
}

Result<Reports::Added> Reports::add_beside(const SealedReport& report, std::int64_t device, bool is_new) {
    Added added;
    if (is_new) {
        auto fresh = claim_ids(report, newest_ + 1);
        if (!fresh) return failure(std::move(fresh.error()));
        added.observations = *fresh;
    }
    const crypto::Digest digest = report_digest(newest_ + 1, report);
    if (auto inserted = insert(report, device, /*leads=*/false, digest); !inserted)
        return failure(std::move(inserted.error()));
    added.numbers.push_back(++newest_);
    added.digests.assign(digest.begin(), digest.end());
    return added;
}

}  // namespace edgeward::store
