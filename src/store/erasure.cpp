#include "erasure.hpp"

#include <algorithm>

#include <edgeward/core/log.hpp>
#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "query.hpp"
#include "sqlcipher_store.hpp"
#include "statements.hpp"
#include "store_reader.hpp"

namespace edgeward::store {
namespace {

bool is_one_of(const std::vector<model::Pseudonym>& subjects, ByteView octets) {
    return std::ranges::any_of(subjects,
                               [&](const auto& one) { return std::ranges::equal(one.octets(), octets); });
}

audit::Event event_of(std::string actor, audit::Action action, const ReportErasure::Span& span,
                      const std::string& rule) {
    audit::Event event;
    event.actor = std::move(actor);
    event.action = action;
    event.object = "reports " + std::to_string(span.first) + "-" + std::to_string(span.last);
    event.rule = rule;
    event.details = crypto::sha256(span.vouched);
    event.count = span.count;
    return event;
}

}  // namespace

void ReportErasure::Span::add(std::uint64_t report, ByteView digest) {
    if (count == 0) first = report;
    last = report;
    ++count;
    append_big_endian(vouched, report, 8);
    vouched.insert(vouched.end(), digest.begin(), digest.end());
}

Result<ReportErasure> ReportErasure::open(database::Connection& connection) {
    auto prepared = prepare_all<statements>(
        connection,
        {"SELECT subject, digest FROM report WHERE number = ?1 AND subject IS NOT NULL AND length(sealed) > "
         "0",
         "UPDATE report SET subject = NULL, sealed = x'' WHERE number = ?1"});
    if (!prepared) return failure(std::move(prepared.error()));
    ReportErasure erasure;
    erasure.sql_ = std::move(*prepared);
    return erasure;
}

Result<ReportErasure::Erased> ReportErasure::erase(const std::vector<std::uint64_t>& reports,
                                                   const std::vector<model::Pseudonym>& subjects,
                                                   DeliveryQueue& queue, Instant now) {
    Erased erased;
    for (const std::uint64_t report : reports) {
        {
            database::Statement& select = sql_[select_report];
            const ResetAtEnd guard(select);
            auto row = select.bind(1, signed_of(report)).step();
            if (!row) return failure(std::move(row.error()));
            if (!*row || !is_one_of(subjects, select.octets(0))) continue;
            erased.reports.add(report, select.octets(1));
            erased.numbers.push_back(report);
        }
        const auto ended = queue.erase(report, now);
        if (!ended) return failure(ended.error());
        for (const auto& one : *ended)
            erased.deliveries[one.destination].add(report, one.digest);
        if (auto done = run(sql_[empty_report].bind(1, signed_of(report))); !done)
            return failure(std::move(done.error()));
    }
    return erased;
}

Result<ErasedReports> SqlcipherStore::erase_reports(const std::vector<std::uint64_t>& reports,
                                                    const std::vector<model::Pseudonym>& subjects,
                                                    const std::string& rule) {
    return change([&]() -> Result<ErasedReports> {
        const auto erased = parts_->erasure.erase(reports, subjects, parts_->queue, clock_->now());
        if (!erased) return failure(erased.error());
        if (auto passed = parts_->queue.pass_ended(parts_->reports.newest()); !passed)
            return failure(std::move(passed.error()));
        ErasedReports made;
        made.reports = erased->reports.count;
        if (made.reports == 0) return made;
        auto appended =
            parts_->audit.append(event_of("gateway", audit::Action::reports_removed, erased->reports, rule));
        for (const auto& [destination, span] : erased->deliveries) {
            if (!appended) break;
            made.deliveries[destination] = span.count;
            appended = parts_->audit.append(
                event_of("destination:" + destination, audit::Action::deliveries_erased, span, rule));
        }
        if (appended) appended = append_forgotten(parts_->commitments.forget_reports(erased->numbers));
        if (!appended) return failure(std::move(appended.error()));
        return made;
    });
}

Result<void> SqlcipherStore::append_quarantine_erased(std::int64_t device, const std::string& why,
                                                      std::uint64_t count) {
    auto name = parts_->books.name_of(device);
    if (!name) return failure(std::move(name.error()));
    audit::Event event;
    event.actor = "gateway";
    event.action = audit::Action::quarantine_erased;
    event.object = erased_object(*name, why);
    event.count = count;
    return parts_->audit.append(std::move(event));
}

Result<std::map<std::int64_t, std::uint64_t>> SqlcipherStore::take_held(
    const std::vector<std::uint64_t>& ids) {
    std::map<std::int64_t, std::uint64_t> by_device;
    for (const std::uint64_t id : ids) {
        const auto taken = parts_->quarantine.take_if_there(id);
        if (!taken) return failure(taken.error());
        if (!*taken) continue;
        parts_->books.add((*taken)->device, BookEntry::quarantined, (*taken)->reason, -1);
        parts_->books.add((*taken)->device, BookEntry::refused, "erased", 1);
        ++by_device[(*taken)->device];
    }
    return by_device;
}

Result<std::uint64_t> SqlcipherStore::erase_quarantine(const std::vector<std::uint64_t>& ids,
                                                       const std::string& why) {
    return change([&]() -> Result<std::uint64_t> {
        const auto by_device = take_held(ids);
        if (!by_device) return failure(by_device.error());
        std::uint64_t all = 0;
        for (const auto& [device, count] : *by_device) {
            all += count;
            if (auto appended = append_quarantine_erased(device, why, count); !appended)
                return failure(std::move(appended.error()));
        }
        if (all == 0) return all;
        if (auto told = append_forgotten(parts_->commitments.forget_held(ids)); !told)
            return failure(std::move(told.error()));
        const auto rebuilt = parts_->quarantine.rebuild(*connection_);
        if (!rebuilt) return failure(rebuilt.error());
        if (!*rebuilt)
            log::warning("quarantine is too large to be written anew: octets between its cells may be left");
        return all;
    });
}

Result<StoreReader::PersonReports> SqlcipherReader::reports_of(
    const std::function<bool(const model::Pseudonym&)>& theirs, std::uint64_t after, std::size_t most) {
    const std::lock_guard lock(mutex_);
    PersonReports found;
    std::size_t looked = 0;
    std::uint64_t last = 0;
    // Other persons' bodies stay untouched: what is asked for stands before them.
    auto done = query(
        connection_, "SELECT number, subject FROM report WHERE number > ?1 ORDER BY number LIMIT ?2",
        [&](database::Statement& sql) { sql.bind(1, signed_of(after)).bind(2, limit_of(most)); },
        [&](const database::Statement& row) -> Result<void> {
            ++looked;
            last = unsigned_of(row.integer(0));
            if (row.is_null(1)) return {};
            const auto subject = pseudonym::recall(row.octets(1));
            if (!subject) return failure(ErrorKind::corrupt, "a stored subject is no pseudonym");
            if (theirs(*subject)) found.reports.push_back(last);
            return {};
        });
    if (!done) return failure(std::move(done.error()));
    if (looked == most) found.looked_to = last;
    // The other way round SQLite would walk over the whole queue for each report.
    auto states = connection_.prepare(
        "SELECT n.name, d.state FROM destination n CROSS JOIN delivery d ON d.destination = n.id AND "
        "d.report = "
        "?1");
    if (!states) return failure(std::move(states.error()));
    for (const std::uint64_t report : found.reports) {
        done = query(
            *states, [&](database::Statement& sql) { sql.bind(1, signed_of(report)); },
            [&](const database::Statement& row) -> Result<void> {
                ++found.deliveries[std::string(row.text(0))][static_cast<DeliveryState>(row.integer(1))];
                return {};
            });
        if (!done) return failure(std::move(done.error()));
    }
    return found;
}

}  // namespace edgeward::store
