// The sending half of DestinationFlow: what is done with each answer of the peer.

#include <algorithm>
#include <set>

#include <edgeward/core/log.hpp>
#include <edgeward/store/report_seal.hpp>

#include "destination_flow.hpp"

namespace edgeward::delivery {
namespace {

using std::chrono::milliseconds;

// So often in a row a message gets no usable answer before its person waits and others are tried.
constexpr std::uint32_t unusable_in_a_row = 3;
// How often a destination that waits for the dictionary of persons looks whether it is complete.
constexpr milliseconds look_at_dictionary{50};

}  // namespace

boost::asio::awaitable<void> DestinationFlow::send(bool prober) {
    while (!stopping_) {
        if (mode_ == store::DestinationMode::paused) {
            co_await work_.wait(MonotonicTime::max());
            continue;
        }
        if (std::chrono::steady_clock::now() < resume_at_) {
            co_await work_.wait(resume_at_);
            continue;
        }
        if (!may_inspect()) {
            co_await work_.wait(after(look_at_dictionary));
            continue;
        }
        if (suspect_ && !prober) {
            co_await work_.wait(MonotonicTime::max());
            continue;
        }
        // Side by side in one bundle, anonymised reports of one person would be known as such.
        const bool alone = settings_.level == model::IdentityLevel::anonymised;
        const auto most =
            backlog_pace_.in_a_message(transport_->reports_per_message(), std::chrono::steady_clock::now());
        auto batch = scheduler_.next(alone ? 1 : most);
        if (batch.empty()) {
            co_await work_.wait(MonotonicTime::max());
            continue;
        }
        co_await deliver(std::move(batch));
    }
}

boost::asio::awaitable<void> DestinationFlow::deliver(std::vector<Prepared> batch) {
    std::vector<std::string> lanes;
    for (const auto& report : batch) {
        // A lane that stands here twice is released twice, which does nothing.
        if (lanes.empty() || lanes.back() != report.lane) lanes.push_back(report.lane);
    }
    const Verdict verdict = co_await attempt(batch);
    if (verdict == Verdict::split) co_await deliver_singly(batch);
    if (verdict == Verdict::paused) scheduler_.put_back(std::move(batch));
    for (const auto& lane : lanes) {
        if (!held_.contains(lane)) scheduler_.release(lane);
    }
    more_.notify();
    work_.notify();
}

// One report of the batch is not taken: each goes alone, so that only the one suffers.
boost::asio::awaitable<void> DestinationFlow::deliver_singly(std::vector<Prepared>& batch) {
    std::set<std::string> waiting;
    std::vector<Prepared> rest;
    bool paused = false;
    for (auto& report : batch) {
        if (paused || held_.contains(report.lane)) {
            rest.push_back(std::move(report));
            continue;
        }
        if (waiting.contains(report.lane)) {
            settle(behind_parked(report.row.report));
            continue;
        }
        const std::string lane = report.lane;
        std::vector<Prepared> alone;
        alone.push_back(std::move(report));
        const Verdict verdict = co_await attempt(alone);
        if (verdict == Verdict::held) waiting.insert(lane);
        if (verdict == Verdict::paused) {
            paused = true;
            rest.push_back(std::move(alone.front()));
        }
    }
    scheduler_.put_back(std::move(rest));
}

// Whether a report that has waited in memory may still go; a settlement: it may not.
Result<std::optional<store::Settlement>> DestinationFlow::second_thoughts(const Prepared& report) const {
    if (!taken_back_.contains(report.row.report)) return disclosure_.decide_again(report);
    // One that was tried without a clear answer may be there all the same: it ends as dead, and the store
    // queues what takes it back.
    const bool tried = report.row.attempts > 0;
    return settlement_of(report.row, tried ? store::DeliveryState::dead : store::DeliveryState::filtered,
                         "reassigned");
}

// Reports wait in memory while the destination is busy, paused or away; meanwhile a consent may have gone, or
// a movement have told that they are another person's.
Result<void> DestinationFlow::drop_what_may_not_go(std::vector<Prepared>& batch) {
    std::set<std::string> waiting;
    for (auto report = batch.begin(); report != batch.end();) {
        if (waiting.contains(report->lane)) {
            settle(behind_parked(report->row.report));
            report = batch.erase(report);
            continue;
        }
        auto settlement = second_thoughts(*report);
        if (!settlement) return failure(std::move(settlement.error()));
        if (!*settlement) {
            ++report;
            continue;
        }
        const bool parks = (*settlement)->state == store::DeliveryState::parked;
        const Instant until = (*settlement)->retry_at;
        settle(**std::move(settlement));
        if (parks) {
            waiting.insert(report->lane);
            park_restricted(report->lane, *report->row.subject, until);
        } else {
            leave_memory(report->lane);
        }
        report = batch.erase(report);
    }
    return {};
}

boost::asio::awaitable<DestinationFlow::Verdict> DestinationFlow::attempt(std::vector<Prepared>& batch) {
    if (const auto asked = drop_what_may_not_go(batch); !asked)
        co_return pause(asked.error(), milliseconds(0));
    if (batch.empty()) co_return Verdict::settled;
    auto message = renderer_.render(batch);
    if (!message) co_return judge_unrenderable(std::move(message.error()), batch);
    if (const auto kept = keep_back(*message, batch)) co_return *kept;
    const auto outcome = co_await transport_->send(*std::move(message));
    if (!outcome) co_return judge(outcome.error(), batch);
    delivered(batch);
    co_return Verdict::settled;
}

DestinationFlow::Verdict DestinationFlow::judge_unrenderable(Error error, std::vector<Prepared>& batch) {
    const ErrorKind kind = error.kind;
    const bool unknown_case = kind == ErrorKind::rejected;
    const bool of_this_report =
        unknown_case || kind == ErrorKind::invalid_input || kind == ErrorKind::misconfigured;
    if (!of_this_report) return pause(error, milliseconds(0));
    if (batch.size() > 1) return Verdict::split;
    Prepared& report = batch.front();
    if (is_erased(report)) {
        settle(settlement_of(report.row, store::DeliveryState::erased, "erased"));
        leave_memory(report.lane);
        return Verdict::settled;
    }
    if (kind == ErrorKind::invalid_input) {
        dead_letter(report, "unrenderable", error.message);
        return Verdict::settled;
    }
    // An identifier without a configured authority is this person's trouble, not the ward's.
    if (!unknown_case)
        trouble_.raise("render", "reports wait for a configuration that can render them",
                       {{"destination", settings_.name}, {"reason", error.message}});
    ++report.row.attempts;
    transport::Refusal refusal;
    refusal.error = std::move(error);
    refusal.message_only = true;
    refusal.unknown_case = unknown_case;
    return hold(report, refusal);
}

DestinationFlow::Verdict DestinationFlow::judge(const transport::Refusal& refusal,
                                                std::vector<Prepared>& batch) {
    const ErrorKind kind = refusal.error.kind;
    if (kind == ErrorKind::rejected || kind == ErrorKind::invalid_input || kind == ErrorKind::corrupt) {
        say_answering();
        if (batch.size() > 1) return Verdict::split;
        dead_letter(batch.front(), refusal.error.message, refusal.error.foreign);
        return Verdict::settled;
    }
    for (auto& report : batch)
        ++report.row.attempts;
    if (kind == ErrorKind::misconfigured) return judge_refused_as_such(refusal, batch);
    const bool ambiguous = kind == ErrorKind::ambiguous;
    if (ambiguous) ambiguous_.add();
    const bool alone =
        refusal.message_only || (ambiguous && batch.front().row.attempts % unusable_in_a_row == 0);
    if (!alone) return pause(refusal.error, refusal.retry_after);
    if (batch.size() > 1) return Verdict::split;
    if (refusal.message_only) {
        say_answering();
    } else {
        pause(refusal.error, refusal.retry_after);
    }
    return hold(batch.front(), refusal);
}

// The peer's words concern every message of ours; whether they are true, only other messages can tell. The
// first one refused makes its person wait and the next is tried: refused too, the destination pauses; taken,
// the first one was to blame after all. While it pauses another person's message is tried now and then.
DestinationFlow::Verdict DestinationFlow::judge_refused_as_such(const transport::Refusal& refusal,
                                                                std::vector<Prepared>& batch) {
    if (!refusal.message_only) return pause(refusal.error, refusal.retry_after);
    const bool lets_others_try = refused_in_a_row_ % unusable_in_a_row == 0;
    if (lets_others_try && batch.size() > 1) return Verdict::split;
    const bool first = ++refused_in_a_row_ == 1;
    if (!first) pause(refusal.error, refusal.retry_after);
    if (!lets_others_try) return Verdict::paused;
    Prepared& report = batch.front();
    const auto known = parked_.find(report.lane);
    const bool again = report.row.attempts > 1 && known != parked_.end();
    if (first && again && deliveries_ > known->second.deliveries) {
        dead_letter(report, refusal.error.message, refusal.error.foreign);
        return Verdict::settled;
    }
    transport::Refusal unproven = refusal;
    unproven.message_only = false;
    return hold(report, unproven);
}

// The peer would not take this message now: its person waits, the others go on.
DestinationFlow::Verdict DestinationFlow::hold(Prepared& report, const transport::Refusal& refusal) {
    const auto known = parked_.find(report.lane);
    const std::uint64_t deliveries_before = known == parked_.end() ? deliveries_ : known->second.deliveries;
    // Silence is this message's fault only if others were answered meanwhile.
    const bool blamed = refusal.message_only || deliveries_ > deliveries_before;
    if (refusal.unknown_case) {
        if (parts_.clock.now() - report.row.received >= settings_.case_patience) {
            dead_letter(report, "unknown_case", refusal.error.foreign);
            return Verdict::settled;
        }
        trouble_.raise("case", "reports wait: the destination does not know their patient or case",
                       {{"destination", settings_.name}, {"reason", refusal.error.message}});
        // Bounded by time: what has waited long for its person is not given up for one conflict afterwards.
        report.row.attempts = std::clamp(report.row.attempts, 1U, std::max(1U, settings_.attempts / 2));
    } else if (report.row.attempts >= settings_.attempts && blamed) {
        dead_letter(report, "attempts_exhausted", refusal.error.foreign);
        return Verdict::settled;
    }
    Backoff wait_of_message(settings_.backoff);
    milliseconds wait{0};
    for (std::uint32_t i = 0; i < std::min(report.row.attempts, 32U); ++i)
        wait = wait_of_message.next(system_random());
    wait = std::max(wait, refusal.retry_after);
    log::debug("a report waits for its peer",
               {{"destination", settings_.name}, {"report", report.row.report}});

    if (!report.row.subject) {
        held_[report.lane] = after(wait);
        scheduler_.add(std::move(report));
        return Verdict::held;
    }
    auto parked =
        settlement_of(report.row, store::DeliveryState::parked,
                      refusal.unknown_case ? "unknown_case" : std::string(name_of(refusal.error.kind)));
    parked.sealed_foreign = seal_for(report, refusal.error.foreign);
    parked.retry_at = parts_.clock.now() + wait;
    settle(std::move(parked));
    park(report.lane, *report.row.subject, wait, deliveries_before);
    parked_.at(report.lane).unknown_case = refusal.unknown_case;
    return Verdict::held;
}

// The person waits, with what of it was in memory.
void DestinationFlow::park(const std::string& lane, const model::Pseudonym& subject, milliseconds wait,
                           std::uint64_t deliveries_before) {
    for (const auto& behind : scheduler_.remove(lane))
        settle(behind_parked(behind.row.report));
    parked_.insert_or_assign(lane, Parked{subject, after(wait), 0, deliveries_before});
}

void DestinationFlow::park_restricted(const std::string& lane, const model::Pseudonym& subject,
                                      Instant until) {
    const auto wait = std::chrono::duration_cast<milliseconds>(until - parts_.clock.now());
    park(lane, subject, std::max(wait, milliseconds(0)), deliveries_);
}

DestinationFlow::Verdict DestinationFlow::pause(const Error& error, milliseconds at_least) {
    const bool ours = error.kind == ErrorKind::misconfigured || error.kind == ErrorKind::denied;
    // What was under way together fails together, and once.
    const bool known = suspect_ && std::chrono::steady_clock::now() < resume_at_;
    milliseconds wait{0};
    if (ours)
        wait = settings_.backoff.longest;
    else if (!known)
        wait = backoff_.next(system_random());
    resume_at_ = std::max(resume_at_, after(std::max(wait, at_least)));
    suspect_ = true;
    trouble_.raise(
        "peer", "destination does not take messages; its queue waits on disk",
        {{"destination", settings_.name}, {"kind", name_of(error.kind)}, {"reason", error.message}});
    say_status(false, error.message);
    return Verdict::paused;
}

void DestinationFlow::say_answering() {
    if (!suspect_) return;
    suspect_ = false;
    backoff_.reset();
    trouble_.clear("peer", "destination takes messages again", {{"destination", settings_.name}});
    say_status(true, {});
    work_.notify();
}

// ---- settling

void DestinationFlow::delivered(const std::vector<Prepared>& batch) {
    say_answering();
    refused_in_a_row_ = 0;
    const Instant now = parts_.clock.now();
    deliveries_ += batch.size();
    sent_.add(static_cast<double>(batch.size()));
    last_success_.set(std::chrono::duration<double>(now.time_since_epoch()).count());
    for (const auto& report : batch) {
        latency_.observe(std::chrono::duration<double>(now - report.row.received).count());
        auto settlement =
            settlement_of(report.row, store::DeliveryState::delivered,
                          std::string(settings_.commits() ? store::delivered_and_committed : ""));
        ++settlement.attempts;
        settle(std::move(settlement));
        leave_memory(report.lane);
    }
}

void DestinationFlow::dead_letter(const Prepared& report, std::string reason, const std::string& foreign) {
    dead_.add();
    // Never cleared: what came through later makes no dead letter undone. Reminders tell how many more.
    trouble_.raise("dead_letter", "reports became dead letters",
                   {{"destination", settings_.name}, {"report", report.row.report}, {"reason", reason}});
    auto settlement = settlement_of(report.row, store::DeliveryState::dead, std::move(reason));
    settlement.sealed_foreign = seal_for(report, foreign);
    ++settlement.attempts;
    settle(std::move(settlement));
    leave_memory(report.lane);
}

// A parked person's report is done: when all that were claimed are, the next ones are asked for.
void DestinationFlow::leave_memory(const std::string& lane) {
    const auto parked = parked_.find(lane);
    if (parked == parked_.end() || parked->second.in_memory == 0) return;
    if (--parked->second.in_memory == 0) {
        parked->second.due = std::chrono::steady_clock::now();
        more_.notify();
    }
}

bool DestinationFlow::is_erased(const Prepared& report) const {
    if (!report.row.subject) return false;
    const auto subject = parts_.vault.subject(*report.row.subject);
    return subject && !*subject;
}

Bytes DestinationFlow::seal_for(const Prepared& report, const std::string& foreign) const {
    if (foreign.empty()) return {};
    if (!report.row.subject) return store::seal_foreign(foreign, parts_.technical_key);
    const auto subject = parts_.vault.subject(*report.row.subject);
    // Without the person's key the words are not kept: they may name the person.
    if (!subject || !*subject) return {};
    return store::seal_foreign(foreign, *(*subject)->data_key);
}

}  // namespace edgeward::delivery
