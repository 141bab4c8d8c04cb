#include "book_audit.hpp"

#include <vector>

namespace edgeward::app {
namespace {

using std::chrono::minutes;

constexpr minutes day{24 * 60};
constexpr std::chrono::seconds between_checks{60};
constexpr std::size_t most_records = 20;  // about differences, of one check

std::string words_of(const store::Difference& one) {
    return one.line + ": books " + std::to_string(one.kept) + ", counted " + std::to_string(one.counted);
}

audit::BooksReport report_of(const store::Reconciliation& found, Instant due) {
    audit::BooksReport report;
    report.due = due;
    report.as_of = found.as_of;
    if (found.counted) report.differences = found.differences.size();
    for (const auto& [device, book] : found.kept.devices)
        report.devices.push_back({device, book.received, book.stored, book.quarantined, book.refused});
    for (const auto& [name, book] : found.kept.destinations)
        report.destinations.push_back(
            {name, book.offered, book.delivered, book.pending, book.dead, book.filtered, book.erased});
    return report;
}

double seconds_of(Instant moment) {
    return std::chrono::duration<double>(moment.time_since_epoch()).count();
}

}  // namespace

BooksSettings read_books_settings(config::Section section) {
    BooksSettings settings;
    settings.report_at = section.time_of_day("report_at", settings.report_at);
    settings.recount = section.flag("recount", settings.recount);
    return settings;
}

Result<Instant> newest_due(Instant now, minutes at, const std::string& zone) {
    auto offset = zone_offset_minutes(now, zone);
    if (!offset) return failure(std::move(offset.error()));
    const auto local = std::chrono::floor<minutes>(now) + minutes(*offset);
    auto due = std::chrono::floor<std::chrono::days>(local) + at;
    if (due > local) due -= day;
    // The offset of that moment, which was another one if the clocks changed since.
    auto then = zone_offset_minutes(Instant(due - minutes(*offset)), zone);
    if (!then) return failure(std::move(then.error()));
    return Instant(due - minutes(*then));
}

BookAudit::BookAudit(const BooksSettings& settings, const Parts& parts)
    : settings_(settings),
      parts_(parts),
      differences_(parts.metrics.gauge("edgeward_books_differences",
                                       "Lines of the books that did not agree when they were last checked.")),
      reported_(
          parts.metrics.gauge("edgeward_books_report_timestamp_seconds",
                              "Unix time at which the newest reconciliation report was due; 0: none yet.")) {
    if (const auto last = parts_.reader.books_reported(); last && *last) reported_.set(seconds_of(**last));
}

void BookAudit::start() {
    thread_.start([this] { serve(); });
}

void BookAudit::stop() {
    thread_.stop();
}

void BookAudit::serve() {
    do {
        check_counters();
        if (auto reported = report_when_due(); !reported && !thread_.stopping()) {
            trouble_.raise("report", "the reconciliation report could not be made",
                           {{"kind", name_of(reported.error().kind)}, {"reason", reported.error().message}});
        } else if (reported) {
            trouble_.clear("report", "the reconciliation report could be made again");
        }
    } while (thread_.pause(between_checks));
}

Result<store::Reconciliation> BookAudit::read(store::Depth depth) {
    auto found = parts_.reconciler.reconcile(depth, [this] { return thread_.stopping().load(); });
    if (found) differences_.set(static_cast<double>(found->differences.size()));
    return found;
}

void BookAudit::say(const store::Reconciliation& found) {
    if (found.differences.empty()) {
        trouble_.clear("books", "the books agree again");
        return;
    }
    trouble_.raise("books", "the books do not agree",
                   {{"book", found.differences.front().book},
                    {"line", found.differences.front().line},
                    {"kept", found.differences.front().kept},
                    {"counted", found.differences.front().counted},
                    {"differences", found.differences.size()}});
}

Result<void> BookAudit::write_differences(const store::Reconciliation& found, std::string_view actor) {
    std::vector<audit::Event> events;
    for (const auto& one : found.differences) {
        if (events.size() == most_records) break;
        audit::Event event;
        event.actor = actor;
        event.action = audit::Action::books_differ;
        event.outcome = audit::Outcome::failure;
        event.object = one.book;
        event.rule = words_of(one);
        events.push_back(std::move(event));
    }
    if (events.empty()) return {};
    return parts_.writer.run([&events](store::ObservationStore& store) -> Result<void> {
        for (const audit::Event& event : events) {
            if (auto written = store.append_audit(event); !written) return written;
        }
        return {};
    });
}

Result<store::Reconciliation> BookAudit::check(store::Depth depth, std::string_view actor) {
    auto found = read(depth);
    if (!found) return found;
    say(*found);
    if (auto written = write_differences(*found, actor); !written) return failure(std::move(written.error()));
    return found;
}

void BookAudit::check_counters() {
    const auto found = read(store::Depth::books);
    if (!found) return;  // the store says itself that it cannot be read
    std::string told;
    for (const auto& one : found->differences)
        told.append(one.book).append(" ").append(one.line).append("\n");
    if (told == told_) return;
    say(*found);
    if (write_differences(*found, "gateway")) told_ = std::move(told);
}

Result<void> BookAudit::report_when_due() {
    const Instant now = parts_.clock.now();
    auto due = newest_due(now, settings_.report_at, parts_.zone());
    if (!due) return failure(std::move(due.error()));
    auto last = parts_.reader.books_reported();
    if (!last) return failure(std::move(last.error()));
    if (!*last) {
        return parts_.writer.run(
            [&due](store::ObservationStore& store) { return store.begin_reports(*due); });
    }
    // A report due in the future was made by a clock that has been put right since.
    if (**last >= *due && **last <= now) return {};
    return report(*due);
}

Result<void> BookAudit::report(Instant due) {
    auto found = read(settings_.recount ? store::Depth::rows : store::Depth::books);
    if (!found && found.error().kind == ErrorKind::unavailable && !thread_.stopping() && settings_.recount) {
        log::warning("the rows could not be counted for the reconciliation report",
                     {{"reason", found.error().message}});
        found = read(store::Depth::books);
    }
    if (!found) return failure(std::move(found.error()));
    say(*found);
    const audit::BooksReport made = report_of(*found, due);
    auto written = parts_.writer.run(
        [&made](store::ObservationStore& store) -> Result<void> { return store.report_books(made); });
    if (!written) return written;
    reported_.set(seconds_of(due));
    log::info("reconciliation report written", {{"due", to_rfc3339(due)},
                                                {"devices", made.devices.size()},
                                                {"destinations", made.destinations.size()},
                                                {"balanced", audit::is_balanced(made)}});
    return write_differences(*found, "gateway");
}

}  // namespace edgeward::app
