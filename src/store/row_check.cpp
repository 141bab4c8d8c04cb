#include "row_check.hpp"

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include "query.hpp"
#include "reports.hpp"
#include "sqlcipher_store.hpp"
#include "statements.hpp"

namespace edgeward::store {
namespace {

using database::Connection;
using database::Statement;

// The row as it was taken in, but for the observation ids, which the digest does not cover.
Result<SealedReport> report_in(const Statement& row) {
    SealedReport report;
    if (!row.is_null(1)) {
        auto subject = pseudonym::recall(row.octets(1));
        if (!subject) return failure(ErrorKind::corrupt, "a stored subject is no pseudonym");
        report.subject = *subject;
    }
    report.device = row.text(2);
    report.received = instant_of(row.integer(3));
    report.effective = instant_of(row.integer(4));
    report.sealed.assign(row.octets(5).begin(), row.octets(5).end());
    return report;
}

Result<void> check_reports(Connection& connection, RowCheck& check, std::uint64_t& first_removed) {
    return query(
        connection,
        "SELECT r.number, r.subject, v.name, r.received, r.effective, r.sealed, r.digest FROM report r "
        "JOIN device v ON v.id = r.device ORDER BY r.number",
        no_parameters, [&](const Statement& row) -> Result<void> {
            ++check.reports;
            const std::uint64_t number = unsigned_of(row.integer(0));
            const auto report = report_in(row);
            if (!report) return failure(report.error());
            if (report->sealed.empty()) {
                if (check.removed++ == 0) first_removed = number;
                return {};  // its digest still stands in its batch
            }
            const crypto::Digest digest = report_digest(number, *report);
            const ByteView kept = row.octets(6);
            const bool same = std::equal(digest.begin(), digest.end(), kept.begin(), kept.end());
            if (!same && check.first_bad == 0) check.first_bad = number;
            return {};
        });
}

struct Span {
    std::uint64_t first = 0, last = 0;
};

// "reports 12-17", as the batch record says it.
std::optional<Span> span_in(std::string_view object) {
    constexpr std::string_view word = "reports ";
    const std::size_t dash = object.find('-');
    if (!object.starts_with(word) || dash == std::string_view::npos) return std::nullopt;
    Span span;
    const auto first = std::from_chars(object.data() + word.size(), object.data() + dash, span.first);
    const auto last = std::from_chars(object.data() + dash + 1, object.data() + object.size(), span.last);
    if (first.ec != std::errc() || last.ec != std::errc()) return std::nullopt;
    return span;
}

Result<bool> digests_fit(Connection& connection, const Span& span, const audit::Event& event) {
    Bytes digests;
    auto read = query(
        connection, "SELECT digest FROM report WHERE number BETWEEN ?1 AND ?2 ORDER BY number",
        [&](Statement& sql) { sql.bind(1, signed_of(span.first)).bind(2, signed_of(span.last)); },
        [&](const Statement& row) -> Result<void> {
            const ByteView digest = row.octets(0);
            digests.insert(digests.end(), digest.begin(), digest.end());
            return {};
        });
    if (!read) return failure(std::move(read.error()));
    return crypto::sha256(digests) == event.details;
}

Result<void> check_batches(Connection& connection, RowCheck& check, std::uint64_t& removals) {
    return query(connection, "SELECT canonical FROM audit ORDER BY sequence", no_parameters,
                 [&](const Statement& row) -> Result<void> {
                     const auto record = audit::parse_canonical(row.octets(0));
                     if (!record) return failure(ErrorKind::corrupt, "a stored audit record cannot be read");
                     if (record->second.action == audit::Action::reports_removed)
                         removals += record->second.count;
                     if (record->second.action != audit::Action::batch_stored) return {};
                     const auto span = span_in(record->second.object);
                     if (!span)
                         return failure(ErrorKind::corrupt, "a batch record does not name its reports");
                     ++check.batches;
                     auto fit = digests_fit(connection, *span, record->second);
                     if (!fit) return failure(std::move(fit.error()));
                     if (!*fit && (check.first_bad == 0 || span->first < check.first_bad))
                         check.first_bad = span->first;
                     return {};
                 });
}

}  // namespace

Result<RowCheck> check_rows(const StoreSettings& settings, const crypto::KeyRing& keys) {
    const auto key = keys.key(crypto::key_name::store);
    if (!key) return failure(key.error());
    auto connection = open_snapshot(settings.folder / store_file, *key);
    if (!connection) return failure(std::move(connection.error()));
    RowCheck check;
    std::uint64_t first_removed = 0;
    std::uint64_t removals = 0;
    auto done = check_reports(*connection, check, first_removed);
    if (done) done = check_batches(*connection, check, removals);
    if (!done) return failure(std::move(done.error()));
    // More is gone than was removed by the gateway.
    if (check.removed > removals && (check.first_bad == 0 || first_removed < check.first_bad))
        check.first_bad = first_removed;
    return check;
}

}  // namespace edgeward::store
