#include "stay_table.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <edgeward/pseudonym/pseudonymizer.hpp>

#include "prepared.hpp"

namespace edgeward::vault {
namespace {

// The stays of a visit, as one movement after the other adds to them.
class StayLine {
public:
    void take(const VisitMovement& movement) {
        switch (movement.kind) {
            case MovementKind::arrival:
                departed_ = false;
                go(movement.bed, movement.happened);
                return;
            case MovementKind::transfer:
                if (!departed_) go(movement.bed, movement.happened);
                return;
            default:
                go({}, movement.happened);
                departed_ = true;
                return;
        }
    }
    std::vector<BedSpan> finish() && {
        if (open_) stays_.push_back(*std::move(open_));
        return std::move(stays_);
    }

private:
    void go(const std::string& bed, Instant when) {
        if (open_ && open_->bed == bed) return;
        if (open_ && open_->from < when) {
            open_->until = when;
            stays_.push_back(*std::move(open_));
        }
        open_.reset();
        if (!bed.empty()) open_ = BedSpan{bed, when, std::nullopt};
    }

    std::vector<BedSpan> stays_;
    std::optional<BedSpan> open_;
    bool departed_ = false;
};

}  // namespace

std::vector<BedSpan> stays_after(const std::vector<VisitMovement>& movements) {
    StayLine line;
    for (const auto& movement : movements)
        line.take(movement);
    return std::move(line).finish();
}

std::vector<BedSpan> differences(const std::vector<BedSpan>& before, const std::vector<BedSpan>& after) {
    // At each edge: how many stays of the one and of the other begin there, less those that end.
    struct Step {
        int before = 0;
        int after = 0;
    };
    std::map<std::string, std::map<Instant, Step>> edges;
    const auto mark = [&edges](const std::vector<BedSpan>& spans, int Step::*which) {
        for (const auto& span : spans) {
            edges[span.bed][span.from].*which += 1;
            edges[span.bed][span.until.value_or(Instant::max())].*which -= 1;
        }
    };
    mark(before, &Step::before);
    mark(after, &Step::after);
    std::vector<BedSpan> different;
    for (const auto& [bed, steps] : edges) {
        Step now;
        std::optional<Instant> since;
        for (const auto& [when, step] : steps) {
            now.before += step.before;
            now.after += step.after;
            const bool differs = (now.before > 0) != (now.after > 0);
            if (differs == since.has_value()) continue;
            if (differs) {
                since = when;
                continue;
            }
            different.push_back({bed, *since, when == Instant::max() ? std::nullopt : std::optional(when)});
            since.reset();
        }
    }
    return different;
}

Result<StayTable> StayTable::prepare(database::Connection& database) {
    StayTable table;
    auto prepared = prepare_all(
        database,
        {{table.of_visit_, "SELECT bed, starts, ends FROM stays WHERE visit = ?1 ORDER BY starts"},
         {table.remove_, "DELETE FROM stays WHERE visit = ?1"},
         {table.insert_, "INSERT INTO stays(visit, bed, starts, ends) VALUES(?1, ?2, ?3, ?4)"},
         // Two rows of the same person (two visits) are one answer.
         {table.at_,
          "SELECT p.subject, max(s.starts), min(s.ends) FROM stays s JOIN visits v ON v.id = s.visit "
          "JOIN persons p ON p.id = v.person "
          "WHERE s.bed = ?1 AND s.starts <= ?2 AND (s.ends IS NULL OR s.ends > ?2) "
          "GROUP BY p.id LIMIT 2"},
         {table.edges_,
          "SELECT (SELECT max(ends) FROM stays WHERE bed = ?1 AND ends <= ?2), "
          "(SELECT min(starts) FROM stays WHERE bed = ?1 AND starts > ?2)"},
         {table.in_bed_,
          "SELECT s.bed, s.starts, s.ends, p.subject FROM stays s JOIN visits v ON v.id = s.visit "
          "JOIN persons p ON p.id = v.person WHERE s.bed = ?1 ORDER BY s.starts DESC, s.id DESC LIMIT ?2"},
         {table.of_person_,
          "SELECT s.bed, s.starts, s.ends, p.subject FROM stays s JOIN visits v ON v.id = s.visit "
          "JOIN persons p ON p.id = v.person WHERE v.person = ?1 ORDER BY s.starts DESC, s.id DESC "
          "LIMIT ?2"}});
    if (!prepared) return failure(std::move(prepared.error()));
    return table;
}

Result<std::vector<BedSpan>> StayTable::of_visit(std::int64_t visit) {
    const ResetAtEnd reset(of_visit_);
    std::vector<BedSpan> spans;
    auto row = of_visit_.bind(1, visit).step();
    for (; row && *row; row = of_visit_.step()) {
        spans.push_back(
            {std::string(of_visit_.text(0)), instant_of(of_visit_.integer(1)), time_in(of_visit_, 2)});
    }
    if (!row) return failure(std::move(row.error()));
    return spans;
}

Result<std::vector<BedSpan>> StayTable::replace(std::int64_t visit, const std::vector<BedSpan>& stays) {
    const auto before = of_visit(visit);
    if (!before) return failure(before.error());
    if (*before == stays) return std::vector<BedSpan>{};
    if (const auto removed = remove_.bind(1, visit).run(); !removed) return failure(removed.error());
    for (const auto& stay : stays) {
        insert_.bind(1, visit).bind(2, stay.bed).bind(3, count_of(stay.from));
        bind_time(insert_, 4, stay.until);
        if (const auto inserted = insert_.run(); !inserted) return failure(inserted.error());
    }
    return differences(*before, stays);
}

// What bounds the answer: the stays there, and the nearest one that ended before or begins after.
Result<DeviceSpan> StayTable::span_at(std::string_view bed, Instant when) {
    DeviceSpan span{Instant::min(), Instant::max(), std::nullopt};
    {
        const ResetAtEnd reset(edges_);
        const auto row = edges_.bind(1, bed).bind(2, count_of(when)).step();
        if (!row) return failure(row.error());
        span.from = time_in(edges_, 0).value_or(span.from);
        span.until = time_in(edges_, 1).value_or(span.until);
    }
    const ResetAtEnd reset(at_);
    auto row = at_.bind(1, bed).bind(2, count_of(when)).step();
    if (!row) return failure(std::move(row.error()));
    if (!*row) return span;
    const auto subject = subject_in(at_, 0);
    if (!subject) return failure(subject.error());
    span.subject = *subject;
    span.from = std::max(span.from, instant_of(at_.integer(1)));
    span.until = std::min(span.until, time_in(at_, 2).value_or(Instant::max()));
    row = at_.step();
    if (!row) return failure(std::move(row.error()));
    if (*row) return failure(ErrorKind::invalid_input, "the bed has two persons at that time");
    return span;
}

Result<std::vector<StayRow>> StayTable::rows_of(database::Statement& statement) {
    std::vector<StayRow> rows;
    auto row = statement.step();
    for (; row && *row; row = statement.step()) {
        const auto subject = subject_in(statement, 3);
        if (!subject) return failure(subject.error());
        rows.push_back(
            {{std::string(statement.text(0)), instant_of(statement.integer(1)), time_in(statement, 2)},
             *subject});
    }
    if (!row) return failure(std::move(row.error()));
    std::ranges::reverse(rows);
    return rows;
}

Result<std::vector<StayRow>> StayTable::in_bed(std::string_view bed, std::size_t most) {
    const ResetAtEnd reset(in_bed_);
    return rows_of(in_bed_.bind(1, bed).bind(2, static_cast<std::int64_t>(most)));
}

Result<std::vector<StayRow>> StayTable::of_person(std::int64_t person, std::size_t most) {
    const ResetAtEnd reset(of_person_);
    return rows_of(of_person_.bind(1, person).bind(2, static_cast<std::int64_t>(most)));
}

}  // namespace edgeward::vault
