#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <edgeward/audit/books_report.hpp>
#include <edgeward/config/document.hpp>
#include <edgeward/core/background_thread.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/core/metrics.hpp>
#include <edgeward/core/time.hpp>
#include <edgeward/store/recount.hpp>
#include <edgeward/store/writer.hpp>

namespace edgeward::app {

// [books]
struct BooksSettings {
    std::chrono::minutes report_at{2 * 60 + 10};  // of the local day
    bool recount = true;                          // the report counts every row
};
BooksSettings read_books_settings(config::Section section);

// The newest moment not after `now` at which a report was due, in the named zone. misconfigured: no such
// zone.
Result<Instant> newest_due(Instant now, std::chrono::minutes at, const std::string& zone);

// Holds the books against each other every minute, against the rows on request and once a day, and puts the
// signed reconciliation report into the audit log. All members may be called by any thread.
class BookAudit {
public:
    struct Parts {
        const store::Reconciler& reconciler;
        store::StoreReader& reader;
        store::Writer& writer;
        const Clock& clock;
        metrics::Registry& metrics;
        std::function<std::string()> zone;  // of the local day
    };
    BookAudit(const BooksSettings& settings, const Parts& parts);
    BookAudit(const BookAudit&) = delete;
    BookAudit& operator=(const BookAudit&) = delete;
    ~BookAudit() = default;

    // Thread ew-books: check and report every minute.
    void start();
    void stop();

    // For `actor`. What differs leaves audit records and is counted in edgeward_books_differences.
    Result<store::Reconciliation> check(store::Depth depth, std::string_view actor);
    // Makes the report when one has become due since the last: several missed days are one report. On a fresh
    // installation the first one is the next.
    Result<void> report_when_due();
    // The counters alone; tells only what has changed since it was last called.
    void check_counters();

private:
    void serve();
    Result<store::Reconciliation> read(store::Depth depth);
    Result<void> write_differences(const store::Reconciliation& found, std::string_view actor);
    Result<void> report(Instant due);
    void say(const store::Reconciliation& found);

    const BooksSettings settings_;
    const Parts parts_;
    metrics::Gauge differences_;
    metrics::Gauge reported_;
    log::Trouble trouble_;
    std::string told_;  // what check_counters() told last; ew-books only
    BackgroundThread thread_{"ew-books"};
};

}  // namespace edgeward::app
