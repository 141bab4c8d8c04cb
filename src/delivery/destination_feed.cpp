// The feeding half of DestinationFlow: what is claimed when, and what may be disclosed of it.

#include <algorithm>

#include <edgeward/core/log.hpp>

#include "destination_flow.hpp"

namespace edgeward::delivery {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Half of the window: while these wait for the commit of their disclosures, the others are sent.
constexpr std::size_t claim_at_once = 256;
constexpr std::size_t survey_at_once = 1024;
constexpr int surveys_at_once = 4;  // between claims; nobody is fresh before the last one
// What comes in one by one is claimed together: each claim is a look at the store's pages as the last commit
// left them, and a transaction for what it discloses. A lone report does not wait.
constexpr milliseconds between_claims{5};
constexpr seconds idle_poll{5};     // in case a wake-up was before its commit
constexpr seconds trouble_wait{1};  // store or vault cannot serve

}  // namespace

boost::asio::awaitable<void> DestinationFlow::feed() {
    while (!stopping_) {
        if (mode_ == store::DestinationMode::paused) {
            co_await more_.wait(MonotonicTime::max());
            continue;
        }
        if (!recalled_ && !recall_parked()) {
            co_await more_.wait(after(trouble_wait));
            continue;
        }
        release_held();
        say_unknown_cases();
        const auto now = std::chrono::steady_clock::now();
        if (now >= poll_at_) {
            news_ = true;
            // A report that was taken back while it was sent leaves something behind the claims.
            again_asked_ = true;
            again_cursor_ = 0;
            poll_at_ = now + idle_poll;
        }
        const bool moved = co_await feed_once();
        if (!moved && !stopping_) co_await more_.wait(next_due());
        if (!stopping_ && std::chrono::steady_clock::now() < next_claim_) co_await pace_.wait(next_claim_);
    }
}

// Reports that are pending again go before the parked ones of their person, which are younger.
boost::asio::awaitable<bool> DestinationFlow::feed_once() {
    const bool again = co_await feed_again();
    const bool parked = co_await feed_parked();
    if (parked) co_return true;
    if (again_asked_) begin_backlog();  // what comes in meanwhile is fresh
    const bool fresh = co_await feed_fresh();
    const bool pending = co_await feed_pending();
    co_return again || fresh || pending;
}

void DestinationFlow::retry_parked() {
    for (auto& [lane, parked] : parked_)
        parked.due = std::chrono::steady_clock::now();
}

MonotonicTime DestinationFlow::next_due() const {
    MonotonicTime due = after(idle_poll);
    for (const auto& [lane, parked] : parked_) {
        if (parked.in_memory == 0) due = std::min(due, parked.due);
    }
    for (const auto& [lane, until] : held_)
        due = std::min(due, until);
    // Something due that cannot be served now must not spin.
    due = std::max(due, after(milliseconds(20)));
    const auto next_old = backlog_pace_.next_claim();
    return next_old > std::chrono::steady_clock::now() ? std::min(due, next_old) : due;
}

bool DestinationFlow::recall_parked() {
    auto subjects = thread_.reader.parked_subjects(settings_.name);
    say_readable(subjects ? nullptr : &subjects.error());
    if (!subjects) return false;
    recalled_ = true;
    const Instant now = parts_.clock.now();
    for (const auto& [subject, retry_at] : *subjects) {
        store::Delivery row;
        row.subject = subject;
        const auto wait = std::clamp(std::chrono::duration_cast<milliseconds>(retry_at - now),
                                     milliseconds(0), settings_.backoff.longest);
        parked_.insert_or_assign(lane_of(row), Parked{subject, after(wait), 0, deliveries_});
    }
    return true;
}

// A person whose reports the peer takes leaves `parked_`; so does one with nothing left to send.
void DestinationFlow::say_unknown_cases() {
    const auto waiting = std::count_if(parked_.begin(), parked_.end(),
                                       [](const auto& one) { return one.second.unknown_case; });
    unknown_cases_.set(static_cast<double>(waiting));
    if (waiting == 0)
        trouble_.clear("case", "no report waits for its patient or case any more",
                       {{"destination", settings_.name}});
}

void DestinationFlow::say_readable(const Error* error) {
    if (error == nullptr) {
        trouble_.clear("claim", "the delivery queue can be read again", {{"destination", settings_.name}});
    } else {
        trouble_.raise("claim", "the delivery queue cannot be read",
                       {{"destination", settings_.name}, {"reason", error->message}});
    }
}

void DestinationFlow::release_held() {
    const auto now = std::chrono::steady_clock::now();
    for (auto place = held_.begin(); place != held_.end();) {
        if (place->second > now) {
            ++place;
            continue;
        }
        scheduler_.release(place->first);
        place = held_.erase(place);
        work_.notify();
    }
}

Result<std::vector<store::Delivery>> DestinationFlow::claim(std::uint64_t after_report, std::size_t most) {
    auto rows = thread_.reader.pending(settings_.name, after_report, most);
    say_readable(rows ? nullptr : &rows.error());
    if (rows && !rows->empty() && rows->size() < most) next_claim_ = after(between_claims);
    return rows;
}

boost::asio::awaitable<bool> DestinationFlow::feed_again() {
    if (!again_asked_) co_return false;
    if (settlement_.is_overloaded()) co_await settlement_.settled();
    const std::size_t room = room_for_old();
    if (room == 0) co_return false;
    backlog_pace_.claims(std::chrono::steady_clock::now());
    auto rows = thread_.reader.again(settings_.name, again_cursor_, room);
    say_readable(rows ? nullptr : &rows.error());
    if (!rows) co_return false;
    if (rows->empty()) {
        again_asked_ = false;
        co_return false;
    }
    const std::uint64_t before = again_cursor_;
    again_cursor_ = rows->back().report;
    again_.add(static_cast<double>(rows->size()));
    Claimed claimed{*std::move(rows), Claim::pending};
    const bool admitted = co_await admit(std::move(claimed), Claimed());
    if (!admitted) again_cursor_ = std::min(again_cursor_, before);
    co_return admitted;
}

// The last report there is. Nothing: it cannot be read, and nothing changes.
std::optional<std::uint64_t> DestinationFlow::newest_report() {
    const auto newest = thread_.reader.newest_report();
    say_readable(newest ? nullptr : &newest.error());
    if (!newest) return std::nullopt;
    return *newest;
}

void DestinationFlow::begin_backlog() {
    if (backlog_.open()) return;
    if (const auto newest = newest_report()) backlog_.begin(*newest);
}

// Looks through a stretch of the backlog for whose reports it holds. False: it cannot be read.
bool DestinationFlow::survey() {
    const auto rows = thread_.reader.pending_lanes(settings_.name, backlog_.seen(), survey_at_once);
    say_readable(rows ? nullptr : &rows.error());
    if (!rows) return false;
    bool ended = rows->size() < survey_at_once;
    for (const auto& row : *rows) {
        ended = ended || row.report > backlog_.end();
        if (row.report <= backlog_.end()) backlog_.leave(lane_of(row.subject, row.device), row.report);
    }
    if (ended) backlog_.end_reached();
    news_ = true;
    return true;
}

// No room for fresh reports. While the destination answers, a burst waits for it; in an outage, or when ever
// more comes in than goes out, what there is becomes part of the backlog.
bool DestinationFlow::fall_behind() {
    const auto newest = newest_report();
    if (!newest) return false;
    if (!suspect_ && *newest <= backlog_.seen() + survey_at_once) return false;
    if (*newest <= backlog_.end()) return false;
    backlog_.fall_behind(*newest);
    return survey();
}

// While there is a backlog: what came in behind it, of lanes that have nothing in it.
boost::asio::awaitable<bool> DestinationFlow::feed_fresh() {
    if (!backlog_.open()) co_return false;
    for (int stretch = 0; stretch < surveys_at_once && !backlog_.surveyed(); ++stretch) {
        if (!survey()) co_return false;
    }
    if (!backlog_.surveyed()) co_return true;
    const std::size_t room = std::min(scheduler_.room(Age::fresh), claim_at_once);
    if (!news_) co_return false;
    if (room == 0) co_return fall_behind();
    news_ = false;
    auto rows = claim(backlog_.seen(), room);
    if (!rows) {
        news_ = true;
        co_await more_.wait(after(trouble_wait));
        co_return true;
    }
    if (rows->size() == room) news_ = true;
    const std::uint64_t before = backlog_.seen();
    std::vector<store::Delivery> fresh;
    for (auto& row : *rows) {
        const std::string lane = lane_of(row);
        if (backlog_.holds(lane)) {
            backlog_.leave(lane, row.report);
        } else {
            backlog_.pass(row.report);
            fresh.push_back(std::move(row));
        }
    }
    if (fresh.empty()) co_return news_;
    backlog_pace_.fresh_came(fresh.size(), std::chrono::steady_clock::now());
    // Old ones share the transaction of the fresh ones, which would have to wait for theirs.
    const std::uint64_t claimed_before = backlog_.claimed();
    Claimed beside;
    if (const auto room_beside = room_for_old(); room_beside > 0 && !settlement_.is_overloaded()) {
        if (auto old = claim_old(room_beside)) beside.rows = *std::move(old);
        // Where the backlog ends it meets the fresh ones.
        std::erase_if(beside.rows, [&fresh](const store::Delivery& row) {
            return std::ranges::binary_search(fresh, row.report, {}, &store::Delivery::report);
        });
    }
    Claimed claimed{std::move(fresh), Claim::fresh};
    const bool admitted = co_await admit(std::move(claimed), std::move(beside));
    if (!admitted) {
        backlog_.look_again_from(before);
        backlog_.back_to(claimed_before);
        news_ = true;
        co_await more_.wait(after(trouble_wait));
    }
    co_return true;
}

// Without a backlog what is claimed here is fresh too.
std::size_t DestinationFlow::room_for_old() const {
    const std::size_t room = std::min(scheduler_.room(Age::backlog), claim_at_once);
    if (!backlog_.open()) return room;
    return backlog_pace_.may_claim(room, std::chrono::steady_clock::now());
}

// The next ones in their order. Nothing: they cannot be read.
std::optional<std::vector<store::Delivery>> DestinationFlow::claim_old(std::size_t most) {
    backlog_pace_.claims(std::chrono::steady_clock::now());
    auto rows = claim(backlog_.claimed(), most);
    if (!rows || rows->size() == most) news_ = true;
    if (!rows) return std::nullopt;
    if (!rows->empty()) backlog_.claim_through(rows->back().report);
    return *std::move(rows);
}

boost::asio::awaitable<bool> DestinationFlow::feed_pending() {
    if (settlement_.is_overloaded()) co_await settlement_.settled();
    const std::size_t room = room_for_old();
    if (room == 0) {
        if (scheduler_.room(Age::backlog) == 0) begin_backlog();
        co_return false;
    }
    if (!backlog_.open() && !news_) co_return false;
    if (!backlog_.open()) news_ = false;
    const std::uint64_t before = backlog_.claimed();
    auto rows = claim_old(room);
    if (!rows) {
        co_await more_.wait(after(trouble_wait));
        co_return true;
    }
    if (rows->empty()) {
        backlog_.claim_through(backlog_.seen());
        co_return false;
    }
    Claimed claimed{*std::move(rows), Claim::pending};
    const bool admitted = co_await admit(std::move(claimed), Claimed());
    if (!admitted) {
        backlog_.back_to(before);
        news_ = true;
        co_await more_.wait(after(trouble_wait));
    }
    co_return true;
}

boost::asio::awaitable<bool> DestinationFlow::feed_parked() {
    const auto now = std::chrono::steady_clock::now();
    for (auto& [lane, parked] : parked_) {
        if (parked.in_memory != 0 || parked.due > now || scheduler_.is_busy(lane)) continue;
        const std::string name = lane;
        const auto subject = parked.subject;
        co_await settlement_.settled();
        auto rows = thread_.reader.parked(settings_.name, subject, claim_at_once);
        const auto place = parked_.find(name);
        if (place == parked_.end()) co_return true;
        say_readable(rows ? nullptr : &rows.error());
        if (!rows) {
            place->second.due = after(trouble_wait);
            co_return true;
        }
        if (rows->empty()) {
            parked_.erase(place);
            co_return true;
        }
        place->second.in_memory = rows->size();
        Claimed claimed{*std::move(rows), Claim::parked};
        const bool admitted = co_await admit(std::move(claimed), Claimed());
        if (!admitted) {
            place->second.in_memory = 0;
            place->second.due = after(trouble_wait);
        }
        co_return true;
    }
    co_return false;
}

}  // namespace edgeward::delivery
