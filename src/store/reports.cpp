#include "reports.hpp"

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

Result<Reports> Reports::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection,
        {"INSERT OR IGNORE INTO observation_id(id, report) VALUES(?1, ?2)",
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

Result<std::uint64_t> Reports::claim_ids(const SealedReport& report, std::uint64_t number) {
    std::uint64_t fresh = 0;
    for (const model::ObservationId& id : report.observations) {
        auto inserted = sql_[insert_id].bind(1, ByteView(id.octets)).bind(2, signed_of(number)).run();
        if (!inserted) return failure(std::move(inserted.error()));
        fresh += unsigned_of(*inserted);
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
